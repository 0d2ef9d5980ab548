#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_form_bytes() {
  return {.id = "BOOT-REQ-04",
          .level = Level::must,
          .text = "sends a form of nothing but what may stand in one: no byte 0, no white space, no line ends",
          .clause = {"WHATWG URL §5.1, application/x-www-form-urlencoded; field practice: C strings sent with their end",
                     "all but letters, digits and * - . _ is encoded with %"},
          .examine = [](Exam& exam) {
            exam.power_on();
            exam.await(exam.patience().online, [&] { return !exam.bootstrap_requests().empty(); });
            const auto requests = exam.bootstrap_requests();
            if (requests.empty()) return exam.inconclusive("no bootstrap request came");
            const std::string_view form = requests.front()->body();
            const std::size_t wrong = form.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789*-._%+&=@:~");
            exam.expect(wrong == std::string_view::npos, "only characters of a form",
                        wrong == std::string_view::npos
                            ? ""
                            : "byte " + std::to_string(static_cast<unsigned char>(form[wrong])) + " at " + std::to_string(wrong));
          }};
}

}  // namespace fleetsim::sim
