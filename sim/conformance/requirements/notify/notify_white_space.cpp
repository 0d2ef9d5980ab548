#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_white_space() {
  return {
      .id = "NOTIFY-09",
      .level = Level::must,
      .text = "reads a notify with white space between its parts, as the sample on the platform's page has it",
      .clause = {"Distribute devices, thing/bootstrap/notify; RFC 8259 §2", "white space around the parts of a JSON text does not count"},
      .lasts = std::chrono::minutes{3},
      .examine = [](Exam& exam) {
        if (!notify_words::obeys_a_right_one(exam)) return;
        const Instant told = exam.now();
        const std::string_view payload =
            "{\n    \"id\": \"22\",\n    \"version\": \"1.0\",\r\n    \"method\" : \"thing.bootstrap.notify\",\n"
            "\t\"params\": {\n      \"cmd\": 0\n    }\n}\n";
        if (!notify_words::tell(exam, payload)) return;
        exam.expect(notify_words::asks_again(exam, told), "a bootstrap request after a notify with white space", "none");
      }};
}

}  // namespace fleetsim::sim
