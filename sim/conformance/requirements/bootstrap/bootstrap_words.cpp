#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

#include "devicecore/ascii.hpp"

namespace fleetsim::sim::bootstrap_words {
namespace {

std::string decoded_form_value(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '%' && i + 2 < value.size()) {
      text += static_cast<char>(std::strtoul(std::string(value.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    } else {
      text += value[i] == '+' ? ' ' : value[i];
    }
  }
  return text;
}

}  // namespace

bool can_move(Exam& exam) {
  if (!exam.comes_online()) return false;
  const Instant told = exam.now();
  if (!exam.distribute(1)) return false;
  if (exam.await_online_at(1, told, exam.patience().recovery) == nullptr) {
    exam.inconclusive("the device does not move even when all is well");
    return false;
  }
  exam.wait(std::chrono::minutes{2});  // so that its waits begin anew
  return true;
}

Instant moves(Exam& exam) {
  const Instant told = exam.now();
  if (!exam.distribute(target)) return kNever;
  if (exam.await(exam.patience().online, [&] { return !exam.bootstrap_requests(told).empty(); })) return told;
  exam.inconclusive("the device does not ask when it is told to move");
  return kNever;
}

Instant moves_into(Exam& exam, std::string_view kind, std::vector<platform::misbehaviour::Argument> arguments, std::uint64_t times) {
  if (!can_move(exam)) return kNever;
  exam.misbehave(kind, std::move(arguments), [times](platform::MisbehaviourRule& rule) { rule.times = times; });
  return moves(exam);
}

bool expect_arrival(Exam& exam, Instant told, std::string_view after_what) {
  const SeenLink* const there = exam.await_online_at(target, told, exam.patience().recovery);
  return exam.expect(there != nullptr, fmt::format("online at {} after {}", exam.bench().stations()[target].instance, after_what),
                     "not within " + seconds_words(exam.patience().recovery));
}

bool expect_not_misled(Exam& exam, Instant told, std::string_view by_what) {
  for (const SeenLink* link : exam.seen().of(device::Leg::mqtt, told))
    if (!exam.expect(link->endpoint < nowhere, fmt::format("no MQTT link to a place which only {} names", by_what),
                     link->endpoint == nowhere ? "one to " + exam.bench().stations()[nowhere].instance : "one elsewhere"))
      return false;
  return true;
}

void expect_patience(Exam& exam, Instant since) {
  const auto requests = exam.bootstrap_requests(since);
  if (!exam.expect(requests.size() >= 2, "at least 2 requests", std::to_string(requests.size()))) return;
  for (std::size_t i = 1; i < requests.size(); ++i) {
    const Duration gap = requests[i]->at - requests[i - 1]->at;
    if (!exam.expect(gap >= std::chrono::milliseconds{950}, "a second or more between two requests", seconds_words(gap))) return;
  }
}

void mislead(Exam& exam, std::uint64_t times) {
  exam.misbehave("bootstrap_wrong_host", {{"host", exam.bench().stations()[nowhere].host}},
                 [times](platform::MisbehaviourRule& rule) { rule.times = times; });
}

std::vector<std::string> form_values(std::string_view form, std::string_view name) {
  std::vector<std::string> values;
  while (!form.empty()) {
    const std::string_view field = form.substr(0, form.find('&'));
    if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=')
      values.push_back(decoded_form_value(field.substr(name.size() + 1)));
    form.remove_prefix(std::min(form.size(), field.size() + 1));
  }
  return values;
}

std::size_t headers_named(const SeenMessage& request, std::string_view name) {
  const std::string_view all = text_of(request.bytes);
  std::string_view head = all.substr(0, all.find("\r\n\r\n"));
  std::size_t count = 0;
  for (std::size_t end = head.find("\r\n"); end != std::string_view::npos; end = head.find("\r\n")) {
    head.remove_prefix(end + 2);
    if (device::equals_ignoring_case(head.substr(0, std::min(head.find(':'), head.size())), name)) ++count;
  }
  return count;
}

}  // namespace fleetsim::sim::bootstrap_words
