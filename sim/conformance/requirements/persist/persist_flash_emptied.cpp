#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/persist/list.hpp"
#include "sim/conformance/requirements/persist/spoilt_flash.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_flash_emptied() {
  return {.id = "PERSIST-11",
          .level = Level::must,
          .text = "asks the bootstrap again when all that it kept is gone",
          .clause = {"field practice: BD-PERSIST, corrupted endpoint record", "a device without an endpoint starts as it left the factory"},
          .needs = needs::power | needs::flash,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            spoilt_flash::expect_bootstrap(
                exam, [](Exam& one) { one.spoil_flash(FlashDamage::emptied); }, "emptied");
          }};
}

}  // namespace fleetsim::sim
