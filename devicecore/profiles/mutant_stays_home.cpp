// The reference, but that the host of its first place is compiled in, and an answer only tells it the port.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_port_only(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  if (answer.failure != Failure::none) return answer;
  const std::uint16_t port = answer.endpoint.port;
  answer.failure = read_endpoint("127.0.2.1", "18830", answer.endpoint);
  answer.endpoint.port = port;
  return answer;
}

}  // namespace

const FirmwareProfile mutant_stays_home_profile = {
    .name = "mutant-stays-home",
    .summary = "reference, but it takes only the port of a bootstrap answer",
    .bootstrap = {.read_answer = &read_port_only},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
