#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/persist/list.hpp"
#include "sim/conformance/requirements/persist/spoilt_flash.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_flash_erased() {
  return {.id = "PERSIST-14",
          .level = Level::must,
          .text = "asks the bootstrap when its flash reads as erased",
          .clause = {"field practice: BD-PERSIST, corrupted endpoint record", "what an erased flash reads is no endpoint"},
          .needs = needs::power | needs::flash,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            spoilt_flash::expect_bootstrap(
                exam, [](Exam& one) { one.spoil_flash(FlashDamage::erased); }, "erased");
          }};
}

}  // namespace fleetsim::sim
