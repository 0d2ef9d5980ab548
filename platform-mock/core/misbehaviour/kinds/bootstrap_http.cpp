#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_http() {
  static constexpr std::string_view forms[] = {"chunked", "lower_case", "http_1_0", "continue_first"};
  static constexpr Parameter parameters[] = {choice_parameter("form", "how the right answer is written", forms)};
  return {.name = "bootstrap_http",
          .summary = "the right answer in a form that HTTP allows and few devices have met",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments& arguments, BootstrapAnswer& situation) {
            const std::string_view form = arguments.choice("form");
            if (form == "chunked") situation.form = HttpForm::chunked;
            if (form == "lower_case") situation.form = HttpForm::lower_case;
            if (form == "http_1_0") situation.form = HttpForm::http_1_0;
            if (form == "continue_first") situation.form = HttpForm::continue_first;
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
