#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/persist/list.hpp"
#include "sim/conformance/requirements/persist/spoilt_flash.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_bit_flipped() {
  return {.id = "PERSIST-13",
          .level = Level::must,
          .text = "asks the bootstrap rather than connect by a record in which a bit is another one",
          .clause = {"field practice: BD-PERSIST, corrupted endpoint record",
                     "flash wears; what it kept counts only when it is known to be whole"},
          .needs = needs::power | needs::flash,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            spoilt_flash::expect_bootstrap(
                exam, [](Exam& one) { one.spoil_flash(FlashDamage::bit_flipped); }, "bit flipped");
          }};
}

}  // namespace fleetsim::sim
