#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/ota/ota_words.hpp"

namespace fleetsim::sim {

Requirement requirement::ota_informs_again() {
  return {.id = "OTA-02",
          .level = Level::must,
          .text = "tells its firmware version again at the new place after a move",
          .clause = {"Distribute devices, introduction: firmware update; distribution items: runtime data",
                     "what a device told stays at its old place: at the new one nobody knows its version"},
          .needs = needs::power | needs::firmware,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            const std::string version = ota_words::first_version(exam);
            if (version.empty()) return;
            exam.wait(std::chrono::minutes{2});
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const SeenLink* const there = exam.await_online_at(1, told, exam.patience().recovery);
            if (there == nullptr) return exam.inconclusive("it did not come to its new place");
            exam.expect(ota_words::await_version(exam, version, there->opening_at, std::chrono::minutes{1}) != nullptr,
                        "version " + version + " told at the new place", "not within a minute");
          }};
}

}  // namespace fleetsim::sim
