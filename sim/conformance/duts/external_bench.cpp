#include "sim/conformance/duts/external_bench.hpp"

#include <fmt/format.h>
#include <optional>
#include <utility>

#include "sim/conformance/exam.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::chrono::seconds way_home{60};

}  // namespace

bool ExternalBench::await_first_link(std::chrono::seconds within) {
  return serve_until(now() + clock().of_ours(within), [this] { return !seen().links().empty(); });
}

void ExternalBench::send_home() {
  heal();
  if (clock_error_ != Duration{0}) set_clock(Duration{0});
  if (is_over() || is_off_ || seen().online() == nullptr) return;
  Exam exam(*this, {});
  if (exam.bound_at() == 0) return;
  const Instant since = now();
  if (exam.distribute(0)) exam.await_online_at(0, since, clock().of_ours(way_home));
}

std::string ExternalBench::power(PowerOrder order) {
  std::string wrong;
  switch (order) {
    case PowerOrder::on:
      if (is_off_) wrong = ask("Switch the device on");
      is_off_ = is_off_ && !wrong.empty();
      return wrong;
    case PowerOrder::off:
      disturb();  // a board may go off without a word to its network
      wrong = ask("Switch the device off as its users do");
      break;
    case PowerOrder::cut:
      disturb();
      wrong = ask("Cut the device's power (pull the plug)");
      break;
  }
  is_off_ = is_off_ || wrong.empty();
  return wrong;
}

std::string ExternalBench::reset_to_factory() {
  disturb();
  std::string wrong = ask("Reset the device to factory settings (what was burned in stays) and leave it off");
  is_off_ = is_off_ || wrong.empty();
  return wrong;
}

std::string ExternalBench::set_clock(Duration error) {
  if (error == clock_error_) return {};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(std::chrono::abs(error)).count();
  std::string wrong = ask(error == Duration{0} ? std::string("Set the device's clock right")
                                               : fmt::format("Set the device's clock so that it is {} s {}, leave it on or off as it is",
                                                             seconds, error > Duration{0} ? "fast" : "slow"));
  if (wrong.empty()) clock_error_ = error;
  return wrong;
}

void ExternalBench::watch(std::vector<pollfd>& watched) {
  if (person_.is_anybody_there()) watched.push_back({person_.descriptor(), POLLIN, 0});
}

std::string ExternalBench::ask(std::string_view what) {
  if (!person_.is_anybody_there()) return fmt::format("nobody is there to do it: {}", what);
  person_.ask(fmt::format("[{}] {}", plan().order.requirement.id, what));
  std::optional<std::string> answer;
  const auto is_answered = [&] {
    answer = person_.answer();
    return answer.has_value() || !person_.is_anybody_there();
  };
  serve_until(now() + clock().of_ours(patience_), is_answered);
  if (!answer) return fmt::format("nobody answered within {} s: {}", patience_.count(), what);
  if (Prompts::is_refusal(*answer)) return fmt::format("it cannot be done to this device: {}", what);
  return {};
}

}  // namespace fleetsim::sim
