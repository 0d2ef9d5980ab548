#include <string>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr std::uint32_t ports = 65536;

std::string odd_port(std::string_view shape, std::uint16_t port) {
  const std::string right = std::to_string(port);
  if (shape == "zero") return "0";
  if (shape == "negative") return "-" + right;
  if (shape == "beyond") return std::to_string(ports);
  // Cut to 16 bits it is the right one.
  if (shape == "wraps") return std::to_string(ports + port);
  if (shape == "letters") return '"' + right + "x\"";
  return '"' + right + '"';
}

}  // namespace

Kind bootstrap_odd_port() {
  static constexpr std::string_view shapes[] = {"quoted", "zero", "negative", "beyond", "wraps", "letters"};
  static constexpr Parameter parameters[] = {choice_parameter("shape", "how the port is written", shapes)};
  return {.name = "bootstrap_odd_port",
          .summary = "the right host with a port in quotes, or with one that is none",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{
              .concerns = [](const Arguments&, const BootstrapAnswer& situation) { return !situation.host.empty(); },
              .act =
                  [](const Arguments& arguments, BootstrapAnswer& situation) {
                    std::string body = R"({"code":200,"data":{"resources":{"mqtt":{"host":")";
                    body.append(situation.host).append(R"(","port":)").append(odd_port(arguments.choice("shape"), situation.port));
                    body.append(R"(}}},"message":"success"})");
                    situation.body = std::move(body);
                  }}};
}

}  // namespace fleetsim::platform::misbehaviour
