#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/ota/ota_words.hpp"

namespace fleetsim::sim {

Requirement requirement::ota_own_version() {
  return {.id = "OTA-09",
          .level = Level::must,
          .text = "does not upgrade to the version that it runs already",
          .clause = {"field practice: an offer is repeated until the version is told",
                     "an offer that comes twice must not make a loop of downloads and restarts"},
          .needs = needs::power | needs::firmware,
          .lasts = std::chrono::minutes{16},
          .examine = [](Exam& exam) {
            const std::string version = ota_words::first_version(exam);
            if (version.empty()) return;
            exam.wait(std::chrono::minutes{2});
            const SeenLink* const before = exam.seen().online();
            if (before == nullptr) return exam.inconclusive("it is not online any more");
            const std::uint32_t connection = before->connection;
            if (!ota_words::offer(exam, version)) return;
            exam.wait(ota_words::patience);
            const SeenLink* const link = exam.seen().online();
            if (exam.expect(link != nullptr && link->connection == connection, "online all the time, on one link", "its link ended"))
              ota_words::takes_a_right_one(exam);
          }};
}

}  // namespace fleetsim::sim
