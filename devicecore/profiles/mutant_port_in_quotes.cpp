// The reference, but that it takes no port in quotes.
#include "devicecore/json_reader.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_unquoted(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  JsonReader json;
  if (!json.parse(text_of(body))) return answer;
  const JsonValue mqtt = json.find(json.find(json.find(json.root(), "data"), "resources"), "mqtt");
  if (json.kind(json.find(mqtt, "port")) == JsonKind::string) answer.failure = Failure::endpoint_invalid;
  return answer;
}

}  // namespace

const FirmwareProfile mutant_port_in_quotes_profile = {
    .name = "mutant-port-in-quotes",
    .summary = "reference, but a port in quotes is none to it",
    .bootstrap = {.read_answer = &read_unquoted},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
