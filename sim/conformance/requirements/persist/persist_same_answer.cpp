#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_same_answer() {
  return {.id = "PERSIST-17",
          .level = Level::should,
          .text = "does not write to its flash when the bootstrap names the endpoint that it has already, notify after notify",
          .clause = {"field practice: BD-PERSIST, flash wear: the same endpoint is not written again",
                     "whoever sends a notify again and again must not wear a flash by it"},
          .needs = needs::flash_writes,
          .lasts = std::chrono::minutes{11},
          .examine = [](Exam& exam) {
            constexpr std::uint64_t notifies = 6;
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::minutes{1});
            const auto before = exam.flash_writes();
            if (!before) return;
            if (*before == 0) return exam.not_applicable("it keeps nothing in flash");
            for (std::uint64_t i = 0; i < notifies; ++i) {
              const Instant told = exam.now();
              const std::string notify =
                  R"({"id":")" + std::to_string(9100 + i) + R"(","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})";
              if (!exam.send_notify(notify)) return exam.inconclusive("the device hears no notify");
              if (!exam.await(exam.patience().online, [&] { return !exam.bootstrap_requests(told).empty(); }))
                return exam.inconclusive("the device does not ask when it is told to");
              if (!exam.await(exam.patience().recovery, [&] { return exam.seen().online() != nullptr; }))
                return exam.inconclusive("it did not come back to where it was");
              exam.wait(std::chrono::seconds{70});
            }
            const std::uint64_t writes = exam.flash_writes().value_or(0) - *before;
            exam.expect(writes < notifies / 2, "nothing to write: the endpoint is the same",
                        std::to_string(writes) + " writes for " + std::to_string(notifies) + " notifies");
          }};
}

}  // namespace fleetsim::sim
