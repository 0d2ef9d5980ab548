#include "sim/conformance/duts/process_bench.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace fleetsim::sim {
namespace {

constexpr std::string_view variable_prefix = "FLEETSIM_";
constexpr std::chrono::milliseconds publish_interval{5000};

std::string variable_of(std::string_view place) {
  std::string name(variable_prefix);
  for (const char c : place) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

/// Ours, but for what is meant for fleetsim itself, and what stands for the places.
std::vector<std::string> environment_with(const Placeholders& places) {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable)
    if (!std::string_view(*variable).starts_with(variable_prefix)) all.emplace_back(*variable);
  for (const auto& [name, value] : places) all.push_back(variable_of(name) + "=" + value);
  return all;
}

}  // namespace

ProcessBench::ProcessBench(const SocketBenchPlan& plan, const std::vector<std::string>& words) : SocketBench(plan), command_(words) {}

ProcessBench::~ProcessBench() { take_down(); }

Placeholders ProcessBench::places() const {
  const platform::Endpoint& door = bootstrap();
  const Station& home = stations().front();
  return {{"bootstrap_host", door.address},
          {"bootstrap_port", std::to_string(door.port)},
          {"bootstrap_tls", door.tls ? "1" : "0"},
          {"bootstrap_url", fmt::format("{}://{}:{}", door.tls ? "https" : "http", door.address, door.port)},
          {"ca_file", plan().tls != nullptr ? plan().tls->ca_file() : std::string{}},
          {"device_name", candidate().device_name},
          {"device_secret", candidate().device_secret},
          {"flash", folder_.path()},
          {"home_host", home.host},
          {"home_port", std::to_string(home.port)},
          {"keep_alive_s", "60"},
          {"mqtt_tls", plan().mqtt_tls ? "1" : "0"},
          {"product_key", candidate().product_key},
          {"product_secret", candidate().product_secret},
          {"publish_interval_ms",
           std::to_string(
               has_traffic() ? std::max<long>(1, static_cast<long>(static_cast<double>(publish_interval.count()) * clock().scale())) : 0)},
          {"time_scale", fmt::format("{}", clock().scale())}};
}

std::string ProcessBench::prepare() {
  if (folder_.path().empty()) return "no folder for the device's flash can be made in the temporary folder";
  const Placeholders known = places();
  for (const std::string& word : command_) {
    auto filled = fill_in(word, known);
    if (!filled) return filled.error();
    order_.words.push_back(std::move(*filled));
  }
  order_.environment = environment_with(known);
  order_.mark = variable_of("flash") + "=" + folder_.path();
  log_ = LogRing({candidate().device_secret, candidate().product_secret});
  return {};
}

void ProcessBench::take_down() {
  if (!child_) return;
  child_->read(log_, now());
  child_.reset();
}

std::string ProcessBench::power(PowerOrder order) {
  if (is_over()) return "the device is not examined any more";
  switch (order) {
    case PowerOrder::on:
      return start();
    case PowerOrder::off:
      return switch_off();
    case PowerOrder::cut:
      cut();
      return {};
  }
  return {};
}

std::string ProcessBench::start() {
  if (child_) return {};
  auto started = ChildProcess::start(order_);
  if (!started) {
    give_up(started.error());
    return started.error();
  }
  child_ = std::move(*started);
  on_since_ = now();
  may_end_ = false;
  return {};
}

std::string ProcessBench::switch_off() {
  if (!child_) return {};
  may_end_ = true;
  child_->ask_to_end();
  const bool is_off = serve_until(now() + clock().of_ours(off_patience), [this] { return child_ == nullptr; });
  if (is_off || is_over() || !child_) return {};
  const bool is_dead = child_->kill();
  child_.reset();
  give_up(fmt::format("the program ignored SIGTERM: it still ran after {} s, and {}", off_patience.count(),
                      is_dead ? "was killed" : "could not be killed"));
  return "it could not be switched off";
}

/// What it had already given to its host still arrives; nobody tells the platform that it is gone.
void ProcessBench::cut() {
  disturb();
  if (child_) {
    stage().serve();
    if (!child_->kill()) give_up("the program cannot be killed, so its power cannot be cut");
    child_->read(log_, now());
    child_.reset();
  }
  stage().sever_all();
}

std::string ProcessBench::reset_to_factory() {
  cut();
  return folder_.spoil(FlashDamage::emptied);
}

std::string ProcessBench::spoil_flash(FlashDamage damage) {
  if (child_) return "its flash is spoiled while it is off only";
  return folder_.spoil(damage);
}

void ProcessBench::watch(std::vector<pollfd>& watched) {
  if (!child_) return;
  if (child_->output() >= 0) watched.push_back({child_->output(), POLLIN, 0});
  if (child_->exit_descriptor() >= 0) watched.push_back({child_->exit_descriptor(), POLLIN, 0});
}

void ProcessBench::serve_device() {
  if (!child_) return;
  child_->read(log_, now());
  look_at_log();
  if (!child_->has_ended()) return;
  child_->read(log_, now());
  look_at_log();
  if (!std::exchange(may_end_, false)) ended_by_itself();
  child_.reset();
}

void ProcessBench::look_at_log() {
  if (log_.secret_shown_at() && !std::exchange(has_shown_secret_, true))
    find("a log that shows no secret", "its log shows the device secret", Fatal::no);
  if (log_.bytes_taken() > log_bytes_max && !is_over()) {
    child_->kill();
    give_up(fmt::format("the program printed more than {} MiB{}", log_bytes_max >> 20U, its_last_words()));
  }
}

/// One that never came near the platform was never a device: there is nothing to judge.
void ProcessBench::ended_by_itself() {
  if (is_over()) return;
  const double after = std::chrono::duration<double>(now() - on_since_).count() * clock().scale();
  const std::string how = fmt::format("{:.3g} s after it was started ({}){}", after, child_->how_it_ended(), its_last_words());
  if (seen().links().empty()) return give_up("the program ended by itself, " + how);
  find("a program that runs until it is switched off", "it ended by itself, " + how, Fatal::yes);
}

std::string ProcessBench::its_last_words() const {
  const std::string line = log_.last_line();
  return line.empty() ? std::string(", and printed nothing") : fmt::format("; the last that it printed: {}", line);
}

std::vector<LogLine> ProcessBench::log_lines() const { return log_.lines(); }

}  // namespace fleetsim::sim
