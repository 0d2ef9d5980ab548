#include "sim/conformance/requirements/notify/notify_words.hpp"

#include <fmt/format.h>

namespace fleetsim::sim::notify_words {

std::string right_notify(std::string_view id) {
  return fmt::format(R"({{"id":"{}","version":"1.0","method":"thing.bootstrap.notify","params":{{"cmd":0}}}})", id);
}

std::string endpoint_push(std::string_view members) {
  return fmt::format(R"({{"id":"31","version":"1.0","method":"thing.bootstrap.config.push","params":{{"endpoint":{{"mqtt":{{{}}}}}}}}})",
                     members);
}

bool tell(Exam& exam, std::string_view payload, std::uint8_t qos) {
  if (exam.send_notify(payload, qos)) return true;
  exam.inconclusive("the device hears no notify");
  return false;
}

bool asks_again(Exam& exam, Instant told) {
  return exam.await(exam.patience().answer, [&] { return !exam.bootstrap_requests(told).empty(); });
}

bool settles(Exam& exam) {
  exam.wait(exam.patience().answer);  // it may be about to leave
  if (exam.await_online({}, exam.patience().recovery) == nullptr) {
    exam.inconclusive("the device did not come online again after a right notify");
    return false;
  }
  exam.wait(std::chrono::minutes{2});
  return true;
}

bool obeys_a_right_one(Exam& exam) {
  if (!exam.comes_online()) return false;
  const Instant told = exam.now();
  if (!tell(exam, right_notify())) return false;
  if (!asks_again(exam, told)) {
    exam.inconclusive("the device does not move for a notify that has nothing special");
    return false;
  }
  return settles(exam);
}

bool answers_a_right_one(Exam& exam) {
  if (!exam.comes_online()) return false;
  const Instant told = exam.now();
  if (!tell(exam, right_notify())) return false;
  if (exam.await_published(exam.reply_topic(), told, exam.patience().answer) == nullptr) {
    exam.inconclusive("the device does not answer a notify that has nothing special");
    return false;
  }
  return settles(exam);
}

bool expect_nothing_happens(Exam& exam, Instant told, std::string_view what) {
  exam.wait(exam.patience().answer);
  const std::size_t asked = exam.bootstrap_requests(told).size();
  if (!exam.expect(asked == 0, fmt::format("no bootstrap request after {}", what), fmt::format("{} of them", asked))) return false;
  for (const SeenLink& link : exam.seen().links()) {
    const bool it_left = link.end == SeenEnd::closed_by_device || link.end == SeenEnd::reset_by_device;
    const bool is_meant = !link.is_bootstrap() && link.opening_at < told && link.is_over() && link.ended_at >= told;
    if (is_meant && !exam.expect(!it_left, fmt::format("the device stays online after {}", what), "it left its link")) return false;
  }
  return true;
}

void expect_still_obeys(Exam& exam, std::string_view after_what) {
  if (exam.await_online({}, exam.patience().recovery) == nullptr)
    return exam.fail(fmt::format("the device online after {}", after_what), "it is offline");
  const Instant told = exam.now();
  if (!tell(exam, right_notify("4712"))) return;
  exam.expect(asks_again(exam, told), fmt::format("a bootstrap request for a right notify after {}", after_what),
              "none within " + seconds_words(exam.patience().answer));
}

}  // namespace fleetsim::sim::notify_words
