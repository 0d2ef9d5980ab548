// The reference, but that an empty answer is a good one. Then it goes to the place that is compiled in.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_empty(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  if (body.empty()) answer.failure = read_endpoint("127.0.4.1", "18830", answer.endpoint);
  return answer;
}

}  // namespace

const FirmwareProfile mutant_empty_is_default_profile = {
    .name = "mutant-empty-is-default",
    .summary = "reference, but an empty answer sends it to a compiled-in endpoint",
    .bootstrap = {.read_answer = &read_empty},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
