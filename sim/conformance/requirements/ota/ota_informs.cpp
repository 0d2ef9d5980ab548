#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/ota/ota_words.hpp"

namespace fleetsim::sim {

Requirement requirement::ota_informs() {
  return {.id = "OTA-01",
          .level = Level::should,
          .text = "tells its firmware version on ota/device/inform after it has connected",
          .clause = {"Distribute devices, introduction: firmware update; Alink, device upgrade",
                     "the platform knows by what a device tells which firmware it may offer it"},
          .needs = needs::power | needs::firmware,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const SeenMessage* const told = exam.await_published(ota_words::topic(exam, "inform"), Instant{}, std::chrono::minutes{1});
            if (told == nullptr) return exam.fail("a PUBLISH on " + ota_words::topic(exam, "inform"), "none within a minute");
            exam.expect(!ota_words::told_version(*told).empty(), "params.version", std::string(told->payload()));
          }};
}

}  // namespace fleetsim::sim
