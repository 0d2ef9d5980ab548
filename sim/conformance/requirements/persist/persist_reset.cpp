#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/persist/list.hpp"
#include "sim/conformance/requirements/persist/spoilt_flash.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_reset() {
  return {
      .id = "PERSIST-15",
      .level = Level::must,
      .text = "asks the bootstrap after a reset to factory settings, and comes to where it belongs with the identity that was burned in",
      .clause = {"Distribute devices, introduction; field practice: BD-PERSIST, factory reset",
                 "a reset takes away what was written in the field; what was burned in stays"},
      .needs = needs::power | needs::reset,
      .lasts = std::chrono::minutes{4},
      .examine = [](Exam& exam) {
        const std::string name = exam.candidate().device_name + '&' + exam.candidate().product_key;
        const Instant since = spoilt_flash::expect_bootstrap(
            exam, [](Exam& one) { one.reset_to_factory(); }, "reset");
        if (since == kNever) return;
        for (const SeenLink* link : exam.seen().of(device::Leg::mqtt, since)) {
          const SeenMessage* const connect = link->first("CONNECT", Direction::up);
          if (connect != nullptr &&
              !exam.expect(connect->text("username") == name, "user name " + name, std::string(connect->text("username"))))
            return;
        }
      }};
}

}  // namespace fleetsim::sim
