// The reference, but that it does not see that an endpoint is none. Then it goes to the place that is compiled in.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_wrong_types(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  if (answer.failure == Failure::endpoint_invalid) answer.failure = read_endpoint("127.0.4.1", "18830", answer.endpoint);
  return answer;
}

}  // namespace

const FirmwareProfile mutant_types_unseen_profile = {
    .name = "mutant-types-unseen",
    .summary = "reference, but an endpoint of wrong types sends it to a compiled-in endpoint",
    .bootstrap = {.read_answer = &read_wrong_types},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
