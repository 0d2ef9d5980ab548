#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_store_before_connect() {
  return {.id = "PERSIST-07",
          .level = Level::should,
          .text = "has the new endpoint in its flash before it connects there",
          .clause = {"Distribute devices, introduction", "a power cut while it connects must not send it back to the old place"},
          .needs = needs::power | needs::network,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const auto is_there = [&] {
              const auto links = exam.seen().of(device::Leg::mqtt, told);
              return !links.empty() && links.back()->endpoint == 1;
            };
            if (!evidence::await_closely(exam, exam.patience().recovery, is_there))
              return exam.inconclusive("it did not go to the new place");
            exam.cut_power();
            exam.wait(std::chrono::seconds{30});
            exam.may_never_act("bootstrap_outage");  // who knows its endpoint asks nobody
            exam.inject("bootstrap_outage");
            const Instant since = exam.now();
            exam.power_on();
            exam.await(exam.patience().online, [&] { return !exam.seen().of(device::Leg::mqtt, since).empty(); });
            const auto links = exam.seen().of(device::Leg::mqtt, since);
            if (!exam.expect(!links.empty(), "a link to " + exam.bench().stations()[1].instance, "none, with the bootstrap down")) return;
            exam.expect(links.front()->endpoint == 1, "a link to " + exam.bench().stations()[1].instance, "one to another place");
            evidence::expect_back(exam, 1, since);
          }};
}

}  // namespace fleetsim::sim
