// The reference, but that a code in the body that is an error does not keep it from going on. Then it goes to the place that is compiled
// in.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_refused(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  if (answer.failure == Failure::service_error) answer.failure = read_endpoint("127.0.4.1", "18830", answer.endpoint);
  return answer;
}

}  // namespace

const FirmwareProfile mutant_code_unseen_profile = {
    .name = "mutant-code-unseen",
    .summary = "reference, but an error code in the answer sends it to a compiled-in endpoint",
    .bootstrap = {.read_answer = &read_refused},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
