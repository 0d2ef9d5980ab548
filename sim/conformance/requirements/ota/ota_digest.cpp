#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/ota/ota_words.hpp"

namespace fleetsim::sim {

Requirement requirement::ota_digest() {
  return {.id = "OTA-07",
          .level = Level::must,
          .text = "installs no image that is another one than was offered",
          .clause = {"Alink, device upgrade: sign and signMethod",
                     "what was fetched is compared with the digest in the offer before it is run"},
          .needs = needs::power | needs::firmware,
          .lasts = std::chrono::minutes{16},
          .examine = [](Exam& exam) {
            if (ota_words::first_version(exam).empty()) return;
            exam.wait(std::chrono::minutes{2});
            const Instant offered = exam.now();
            if (!ota_words::offer(exam, ota_words::new_version, ota_words::Flaw::wrong_digest)) return;
            if (exam.expect(ota_words::await_version(exam, ota_words::new_version, offered, ota_words::patience) == nullptr,
                            "no version of an image whose digest is wrong", "it tells that it runs it"))
              ota_words::takes_a_right_one(exam);
          }};
}

}  // namespace fleetsim::sim
