#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_long() {
  return {.id = "NOTIFY-20",
          .level = Level::must,
          .text = "bears a notify of 64 KB, and obeys the next right one",
          .clause = {"MQTT 3.1.1 §2.2.3; field practice: the platform's messages may have 256 KB",
                     "a message may be larger than a device can keep: it is left out, and the device goes on"},
          .lasts = std::chrono::minutes{5},
          .examine = [](Exam& exam) {
            if (!notify_words::obeys_a_right_one(exam)) return;
            const std::string payload = R"({"id":"34","version":"1.0","method":"thing.bootstrap.notify","more":")" +
                                        std::string(std::size_t{64} * 1024, 'x') + R"(","params":{"cmd":9}})";
            if (!notify_words::tell(exam, payload)) return;
            exam.wait(std::chrono::minutes{2});
            notify_words::expect_still_obeys(exam, "a notify of 64 KB");
          }};
}

}  // namespace fleetsim::sim
