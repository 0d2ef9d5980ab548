#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_malformed() {
  return {
      .id = "NOTIFY-12",
      .level = Level::must,
      .text = "bears a notify that is no JSON: stays online, does not move, and obeys the next right one",
      .clause = {"field practice: what comes from the network is input, not an order", "a message that cannot be read comes to nothing"},
      .lasts = std::chrono::minutes{4},
      .examine = [](Exam& exam) {
        if (!notify_words::obeys_a_right_one(exam)) return;
        const std::string deep = std::string(200, '[') + std::string(200, ']');
        const std::string cut = notify_words::right_notify("26");
        for (const std::string& payload : {std::string(), std::string("moved!"), cut.substr(0, cut.size() - 3),
                                           cut.substr(0, cut.size() - 1), deep, "\xff\xfe\x80" + cut}) {
          const Instant told = exam.now();
          if (!notify_words::tell(exam, payload)) return;
          if (!notify_words::expect_nothing_happens(exam, told, "a notify of " + std::to_string(payload.size()) + " bytes that is no JSON"))
            return;
        }
        notify_words::expect_still_obeys(exam, "notifies that are no JSON");
      }};
}

}  // namespace fleetsim::sim
