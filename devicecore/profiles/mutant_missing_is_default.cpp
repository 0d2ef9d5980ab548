// The reference, but that an answer need not name an endpoint. Then it goes to the place that is compiled in.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_missing(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  if (answer.failure == Failure::endpoint_missing) answer.failure = read_endpoint("127.0.4.1", "18830", answer.endpoint);
  return answer;
}

}  // namespace

const FirmwareProfile mutant_missing_is_default_profile = {
    .name = "mutant-missing-is-default",
    .summary = "reference, but an answer without an endpoint sends it to a compiled-in endpoint",
    .bootstrap = {.read_answer = &read_missing},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
