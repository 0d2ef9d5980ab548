#include <string>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_bad_json() {
  static constexpr std::string_view shapes[] = {"truncated", "not_json", "no_endpoint", "wrong_types", "too_long", "two_answers"};
  static constexpr Parameter parameters[] = {choice_parameter("shape", "what is wrong with the body", shapes)};
  static constexpr std::size_t too_long_bytes = std::size_t{16} * 1024;
  return {.name = "bootstrap_bad_json",
          .summary = "a body that is no JSON, or not the JSON of an answer",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{
              .concerns = [](const Arguments&, const BootstrapAnswer& situation) { return !situation.host.empty(); },
              .act =
                  [](const Arguments& arguments, BootstrapAnswer& situation) {
                    const std::string_view shape = arguments.choice("shape");
                    std::string& body = situation.body;
                    if (shape == "truncated") body.resize(body.size() / 2);
                    if (shape == "not_json") body = "<html><body>It works!</body></html>";
                    if (shape == "no_endpoint") body = R"({"code":200,"data":{"resources":{}},"message":"success"})";
                    if (shape == "wrong_types")
                      body = R"({"code":200,"data":{"resources":{"mqtt":{"host":7,"port":{}}}},"message":"success"})";
                    if (shape == "too_long") body.insert(body.size() - 1, R"(,"more":")" + std::string(too_long_bytes, 'x') + '"');
                    if (shape == "two_answers") body += std::string{body};
                  }}};
}

}  // namespace fleetsim::platform::misbehaviour
