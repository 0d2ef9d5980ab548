#include "sim/conformance/requirements/persist/spoilt_flash.hpp"

#include <fmt/format.h>
#include <string>

namespace fleetsim::sim::spoilt_flash {

Instant expect_bootstrap(Exam& exam, const std::function<void(Exam&)>& spoil, std::string_view what) {
  if (!exam.comes_online()) return kNever;
  const Instant told = exam.now();
  if (!exam.distribute(1)) return kNever;
  if (exam.await_online_at(1, told, exam.patience().recovery) == nullptr) {
    exam.inconclusive("the device does not move even when all is well");
    return kNever;
  }
  exam.wait(std::chrono::minutes{1});
  exam.cut_power();
  exam.wait(std::chrono::minutes{1});
  spoil(exam);
  const Instant since = exam.now();
  exam.power_on();
  const SeenLink* first = nullptr;
  exam.await(exam.patience().online, [&] {
    for (const SeenLink& link : exam.seen().links())
      if (link.opening_at >= since && first == nullptr) first = &link;
    return first != nullptr;
  });
  if (first == nullptr) {
    exam.fail("a link to the bootstrap", fmt::format("none within {} after its flash was {}", seconds_words(exam.patience().online), what));
    return kNever;
  }
  if (!exam.expect(first->is_bootstrap(), "the bootstrap first", "a connection to an MQTT endpoint")) return kNever;
  const bool is_back = exam.await_online_at(1, since, exam.patience().recovery) != nullptr;
  exam.expect(is_back, "online at " + exam.bench().stations()[1].instance, "not within " + seconds_words(exam.patience().recovery));
  return is_back ? since : kNever;
}

}  // namespace fleetsim::sim::spoilt_flash
