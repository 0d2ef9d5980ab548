// The reference, but that it cuts a port to sixteen bits, as the C SDK does.
#include <cstdint>

#include "devicecore/decimal.hpp"
#include "devicecore/json_reader.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_cut(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  JsonReader json;
  if (answer.failure != Failure::endpoint_invalid || !json.parse(text_of(body))) return answer;
  const JsonValue mqtt = json.find(json.find(json.find(json.root(), "data"), "resources"), "mqtt");
  const auto port = parse_decimal(json.text(json.find(mqtt, "port")), 0xffffffffU);
  if (!port) return answer;
  answer.endpoint.host.assign(json.text(json.find(mqtt, "host")));
  answer.endpoint.port = static_cast<std::uint16_t>(*port);
  answer.failure = Failure::none;
  return answer;
}

}  // namespace

const FirmwareProfile mutant_port_cut_profile = {
    .name = "mutant-port-cut",
    .summary = "reference, but it cuts the port of an answer to 16 bits",
    .bootstrap = {.read_answer = &read_cut},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
