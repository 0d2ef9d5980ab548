#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_silent() {
  return {.id = "BOOT-RSP-14",
          .level = Level::must,
          .text = "gives up an answer that does not come within a minute, and asks again",
          .clause = {"field practice: the C SDK gives it up after 5 s", "no wait of a device is without an end"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_silent", {}, 1);
            if (told == kNever) return;
            const std::uint32_t silent = exam.seen().last(device::Leg::bootstrap)->connection;
            const auto link_now = [&]() -> const SeenLink& {
              for (const SeenLink& link : exam.seen().links())
                if (link.is_bootstrap() && link.connection == silent) return link;
              return exam.seen().links().back();
            };
            exam.await(std::chrono::minutes{1}, [&] { return link_now().is_over(); });
            const SeenEnd end = link_now().end;
            exam.expect(end == SeenEnd::closed_by_device || end == SeenEnd::reset_by_device,
                        "the silent link ended by the device within a minute",
                        end == SeenEnd::not_yet ? "it is open still" : "the platform ended it");
            bootstrap_words::expect_arrival(exam, told, "an answer that never came");
          }};
}

}  // namespace fleetsim::sim
