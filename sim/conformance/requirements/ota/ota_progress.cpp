#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/ota/ota_words.hpp"

namespace fleetsim::sim {

Requirement requirement::ota_progress() {
  return {.id = "OTA-08",
          .level = Level::should,
          .text = "tells on ota/device/progress how an upgrade goes",
          .clause = {"Alink, device upgrade: progress", "without it an upgrade that takes long cannot be told from one that hangs"},
          .needs = needs::power | needs::firmware,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            if (ota_words::first_version(exam).empty()) return;
            exam.wait(std::chrono::minutes{2});
            const Instant offered = exam.now();
            if (!ota_words::offer(exam, ota_words::new_version)) return;
            if (ota_words::await_version(exam, ota_words::new_version, offered, ota_words::patience) == nullptr)
              return exam.inconclusive("it was not upgraded");
            exam.expect(!ota_words::progress(exam, offered).empty(), "a PUBLISH on " + ota_words::topic(exam, "progress"), "none");
          }};
}

}  // namespace fleetsim::sim
