// The reference, but that it reads the port of an answer one too high.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_wrongly(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  ++answer.endpoint.port;
  return answer;
}

}  // namespace

const FirmwareProfile mutant_wrong_port_profile = {
    .name = "mutant-wrong-port",
    .summary = "reference, but it takes the port of a bootstrap answer for the next one",
    .bootstrap = {.read_answer = &read_wrongly},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
