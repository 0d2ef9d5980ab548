#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_falls_back() {
  return {
      .id = "BOOT-REQ-12",
      .level = Level::must,
      .text = "asks the global endpoint when the endpoint that it has kept refuses it: it was distributed while it was off",
      .clause = {"field practice: LwM2M, fallback to bootstrap; Distribute devices, device connection",
                 "a device that was not there for the notify must find its new place by itself"},
      .needs = needs::power,
      .lasts = std::chrono::minutes{6},
      .examine = [](Exam& exam) {
        if (!bootstrap_words::can_move(exam)) return;
        exam.power_off();
        exam.wait(std::chrono::minutes{2});
        const Instant told = exam.now();
        if (!exam.distribute(bootstrap_words::target)) return;
        const std::string old_place = exam.bench().stations()[1].instance;
        exam.misbehave("mqtt_connack", {{"code", std::int64_t{5}}}, [&](platform::MisbehaviourRule& rule) { rule.endpoint = old_place; });
        exam.wait(std::chrono::minutes{1});
        exam.power_on();
        bootstrap_words::expect_arrival(exam, told, "it was distributed while it was off");
      }};
}

}  // namespace fleetsim::sim
