#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_new_place() {
  return {.id = "TLS-16",
          .level = Level::must,
          .text = "takes the right certificate of the new place after a move, and comes online there",
          .clause = {"Distribute devices, device connection",
                     "the device connects to the endpoint that it was given, which shows a certificate of its own"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::minutes{2});
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const SeenLink* const there = exam.await_online_at(1, told, exam.patience().recovery);
            if (exam.bootstrap_requests(told).empty()) return exam.inconclusive("it did not ask the bootstrap");
            exam.expect(there != nullptr, "online over TLS at " + exam.bench().stations()[1].instance,
                        "not within " + seconds_words(exam.patience().recovery));
          }};
}

}  // namespace fleetsim::sim
