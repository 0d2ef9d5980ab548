#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_refused_there() {
  return {.id = "MQTT-MOVE-06",
          .level = Level::must,
          .text = "asks the bootstrap again when the new place keeps refusing it",
          .clause = {"field practice: LwM2M ETS 1.1, fallback to bootstrap; Distribute devices, device connection",
                     "only the global endpoint knows whether the place has changed meanwhile"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            const std::string there = exam.bench().stations()[1].instance;
            exam.misbehave("mqtt_connack", {{"code", std::int64_t{5}}}, [&](platform::MisbehaviourRule& rule) { rule.endpoint = there; });
            if (!exam.distribute(1)) return;
            if (!exam.await(exam.patience().recovery, [&] { return !evidence::messages(exam, "CONNACK", Direction::down, told).empty(); }))
              return exam.inconclusive("the device did not come to the new place");
            const Instant refused = exam.now();
            evidence::await_for_long(exam, std::chrono::minutes{30}, [&] { return !exam.bootstrap_requests(refused).empty(); });
            exam.expect(!exam.bootstrap_requests(refused).empty(), "a bootstrap request within 30 min of refusals", "none");
            exam.heal();
            evidence::expect_back(exam, 1);
          }};
}

}  // namespace fleetsim::sim
