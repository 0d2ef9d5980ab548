#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/ota/ota_words.hpp"

namespace fleetsim::sim {

Requirement requirement::ota_link_lost() {
  return {.id = "OTA-05",
          .level = Level::should,
          .text = "goes on with an upgrade after its MQTT link was lost, without another offer",
          .clause = {"field practice: BD-LONG, intermittent connectivity", "who waits for a quiet hour to upgrade may wait for ever"},
          .needs = needs::power | needs::firmware,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            if (ota_words::first_version(exam).empty()) return;
            exam.wait(std::chrono::minutes{2});
            const Instant offered = exam.now();
            if (!ota_words::offer(exam, ota_words::new_version)) return;
            exam.wait(std::chrono::milliseconds{150});
            if (ota_words::await_version(exam, ota_words::new_version, offered, Duration{0}) != nullptr)
              return exam.inconclusive("it was upgraded before its link could be cut");
            evidence::end_sessions(exam);
            exam.expect(ota_words::await_version(exam, ota_words::new_version, offered, ota_words::patience) != nullptr,
                        "the new version on ota/device/inform", "not within " + seconds_words(ota_words::patience));
          }};
}

}  // namespace fleetsim::sim
