#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_other_members() {
  return {.id = "NOTIFY-08",
          .level = Level::must,
          .text = "reads a notify whatever the order of its members, and with members that it does not know",
          .clause = {"RFC 8259 §4; field practice: what is added later must not stop what is in the field",
                     "an object is a set of members without an order"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!notify_words::obeys_a_right_one(exam)) return;
            const Instant told = exam.now();
            const std::string_view payload = R"({"method":"thing.bootstrap.notify","params":{"why":["moved",{}],"cmd":0,"since":null},)"
                                             R"("trace":true,"id":"21","version":"1.0"})";
            if (!notify_words::tell(exam, payload)) return;
            exam.expect(notify_words::asks_again(exam, told), "a bootstrap request after " + std::string(payload), "none");
          }};
}

}  // namespace fleetsim::sim
