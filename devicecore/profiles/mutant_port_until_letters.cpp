// The reference, but that it reads a port as far as it is one.
#include <string_view>

#include "devicecore/ascii.hpp"
#include "devicecore/json_reader.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_digits(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  JsonReader json;
  if (answer.failure != Failure::endpoint_invalid || !json.parse(text_of(body))) return answer;
  const JsonValue mqtt = json.find(json.find(json.find(json.root(), "data"), "resources"), "mqtt");
  std::string_view port = json.text(json.find(mqtt, "port"));
  if (!port.empty() && port.front() == '-') port.remove_prefix(1);
  while (!port.empty() && !is_digit(port.back())) port.remove_suffix(1);
  answer.failure = read_endpoint(json.text(json.find(mqtt, "host")), port, answer.endpoint);
  return answer;
}

}  // namespace

const FirmwareProfile mutant_port_until_letters_profile = {
    .name = "mutant-port-until-letters",
    .summary = "reference, but it reads the digits of a port and stops where they do",
    .bootstrap = {.read_answer = &read_digits},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
