#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_while_it_asks() {
  return {.id = "NOTIFY-19",
          .level = Level::must,
          .text = "distributed again while it asks for its endpoint, it ends at the newest place",
          .clause = {"Distribute devices, notes", "devices can be distributed several times; the last one counts"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant before = exam.now();
            if (!exam.distribute(1)) return;
            if (exam.await_online_at(1, before, exam.patience().recovery) == nullptr)
              return exam.inconclusive("the device does not move even when all is well");
            exam.wait(std::chrono::minutes{2});
            exam.misbehave("bootstrap_late", {{"delay", Duration{std::chrono::seconds{3}}}},
                           [](platform::MisbehaviourRule& rule) { rule.times = 1; });
            const Instant told = exam.now();
            if (!exam.distribute(0)) return;
            if (!notify_words::asks_again(exam, told)) return exam.inconclusive("the device does not move for a notify");
            if (!exam.distribute(2)) return;
            const bool is_there = exam.await_online_at(2, told, exam.patience().recovery + exam.patience().recovery) != nullptr;
            const SeenLink* const link = exam.seen().online();
            exam.expect(is_there, "online at " + exam.bench().stations()[2].instance,
                        link == nullptr ? "it is offline" : "online at " + exam.bench().stations()[link->endpoint].instance);
          }};
}

}  // namespace fleetsim::sim
