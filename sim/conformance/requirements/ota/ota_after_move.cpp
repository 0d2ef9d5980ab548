#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/ota/ota_words.hpp"

namespace fleetsim::sim {

Requirement requirement::ota_after_move() {
  return {.id = "OTA-03",
          .level = Level::must,
          .text = "takes an upgrade that is offered at the new place after a move, and tells the new version",
          .clause = {"Distribute devices, introduction: firmware update",
                     "after a move an update is configured at the destination, and has to reach the device there"},
          .needs = needs::power | needs::firmware,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            if (ota_words::first_version(exam).empty()) return;
            exam.wait(std::chrono::minutes{2});
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (exam.await_online_at(1, told, exam.patience().recovery) == nullptr)
              return exam.inconclusive("it did not come to its new place");
            exam.wait(std::chrono::minutes{1});
            const Instant offered = exam.now();
            if (!ota_words::offer(exam, ota_words::new_version)) return;
            exam.expect(ota_words::await_version(exam, ota_words::new_version, offered, ota_words::patience) != nullptr,
                        "the new version on ota/device/inform", "not within " + seconds_words(ota_words::patience));
          }};
}

}  // namespace fleetsim::sim
