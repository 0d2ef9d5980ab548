#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/persist/list.hpp"
#include "sim/conformance/requirements/persist/spoilt_flash.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_half_written() {
  return {.id = "PERSIST-12",
          .level = Level::must,
          .text = "asks the bootstrap rather than use a record of which the second half was never written",
          .clause = {"field practice: BD-PERSIST, corrupted endpoint record", "a record that is half written is no record"},
          .needs = needs::power | needs::flash,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            spoilt_flash::expect_bootstrap(
                exam, [](Exam& one) { one.spoil_flash(FlashDamage::half_written); }, "half written");
          }};
}

}  // namespace fleetsim::sim
