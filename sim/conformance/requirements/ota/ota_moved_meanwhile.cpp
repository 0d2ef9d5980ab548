#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/ota/ota_words.hpp"

namespace fleetsim::sim {

Requirement requirement::ota_moved_meanwhile() {
  return {.id = "OTA-04",
          .level = Level::must,
          .text = "moves in the middle of an upgrade, and runs one of the two versions afterwards",
          .clause = {"Distribute devices, introduction: devices can be distributed at any time",
                     "an upgrade under way keeps no device from its move, and a move spoils no firmware"},
          .needs = needs::power | needs::firmware,
          .lasts = std::chrono::minutes{13},
          .examine = [](Exam& exam) {
            const std::string version = ota_words::first_version(exam);
            if (version.empty()) return;
            exam.wait(std::chrono::minutes{2});
            const Instant offered = exam.now();
            if (!ota_words::offer(exam, ota_words::new_version)) return;
            exam.wait(std::chrono::milliseconds{150});
            if (!exam.distribute(1)) return;
            const SeenLink* const there = exam.await_online_at(1, offered, ota_words::patience);
            if (there == nullptr)
              return exam.fail("online at " + exam.bench().stations()[1].instance, "not within " + seconds_words(ota_words::patience));
            const Instant there_since = there->opening_at;
            exam.wait(ota_words::patience);
            const SeenLink* const now_at = exam.seen().online();
            exam.expect(now_at != nullptr && now_at->endpoint == 1, "online at its new place to the end", "it is not");
            const bool is_old = ota_words::await_version(exam, version, there_since, Duration{0}) != nullptr;
            const bool is_new = ota_words::await_version(exam, ota_words::new_version, offered, Duration{0}) != nullptr;
            exam.expect(is_old || is_new, "version " + version + " or " + std::string(ota_words::new_version) + " told at the new place",
                        "none of them");
          }};
}

}  // namespace fleetsim::sim
