#include "sim/conformance/duts/process_bench.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
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

std::int64_t clock_seconds(Duration error) { return std::chrono::floor<std::chrono::seconds>(error).count(); }

/// What is filled in, and stands in the environment.
struct Surroundings {
  platform::Endpoint door{};  // of the bootstrap
  Station home{};
  Candidate candidate{};
  std::string ca_file{};
  std::string flash{};
  bool mqtt_tls = false;
  bool has_traffic = false;
  bool takes_upgrades = false;
  double time_scale = 1;
  std::string clock_file{};
  Duration clock_error{0};
};

Placeholders places_of(const Surroundings& around) {
  const double publishes_ms = static_cast<double>(publish_interval.count()) * around.time_scale;
  return {{"bootstrap_host", around.door.address},
          {"bootstrap_port", std::to_string(around.door.port)},
          {"bootstrap_tls", around.door.tls ? "1" : "0"},
          {"bootstrap_url", fmt::format("{}://{}:{}", around.door.tls ? "https" : "http", around.door.address, around.door.port)},
          {"ca_file", around.ca_file},
          {"clock_file", around.clock_file},
          {"clock_offset_s", fmt::format("{}", clock_seconds(around.clock_error))},
          {"device_name", around.candidate.device_name},
          {"device_secret", around.candidate.device_secret},
          {"firmware_version", around.takes_upgrades ? std::string(BenchFirmware::first_version) : std::string{}},
          {"flash", around.flash},
          {"home_host", around.home.host},
          {"home_port", std::to_string(around.home.port)},
          {"keep_alive_s", "60"},
          {"mqtt_tls", around.mqtt_tls ? "1" : "0"},
          {"product_key", around.candidate.product_key},
          {"product_secret", around.candidate.product_secret},
          {"publish_interval_ms", std::to_string(around.has_traffic ? std::max<long>(1, static_cast<long>(publishes_ms)) : 0)},
          {"time_scale", fmt::format("{}", around.time_scale)}};
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

ProcessBench::ProcessBench(const SocketBenchPlan& plan, const std::vector<std::string>& words, ChildGuard& guard)
    : SocketBench(plan), command_(words), guard_(guard), cut_random_(RandomStream::fork(plan.order.seed, "power cuts", 0)) {}

ProcessBench::~ProcessBench() {
  take_down();
  if (order_.mark.empty()) return;
  guard_.forget(order_.mark);
  guard_.forget(clock_mark());
}

Placeholders ProcessBench::known_places() { return places_of({}); }

Placeholders ProcessBench::places() const {
  return places_of({.door = bootstrap(),
                    .home = stations().front(),
                    .candidate = candidate(),
                    .ca_file = plan().tls != nullptr ? plan().tls->ca_file() : std::string{},
                    .flash = folder_.path(),
                    .mqtt_tls = plan().mqtt_tls,
                    .has_traffic = has_traffic(),
                    .takes_upgrades = plan().places.has_files,
                    .time_scale = clock().scale(),
                    .clock_file = clock_file_path(),
                    .clock_error = clock_error_});
}

std::string ProcessBench::prepare() {
  if (folder_.path().empty()) return "no folder for the device's flash can be made in the temporary folder";
  if (std::string wrong = set_clock(Duration{0}); !wrong.empty()) return wrong;
  if ((plan().order.requirement.needs & needs::flash_writes) != 0) wear_ = FlashWatch::begin(folder_.path());
  order_.watches_connects = (plan().order.requirement.needs & needs::network) != 0;
  order_.mark = variable_of("flash") + "=" + folder_.path();
  guard_.watch(order_.mark, folder_.path());
  if (!clock_folder_.path().empty()) guard_.watch(clock_mark(), clock_folder_.path());
  log_ = LogRing({candidate().device_secret, candidate().product_secret});
  return {};
}

/// Of the command, as things stand.
std::string ProcessBench::fill() {
  const Placeholders known = places();
  order_.words.clear();
  for (const std::string& word : command_) {
    auto filled = fill_in(word, known);
    if (!filled) return filled.error();
    order_.words.push_back(std::move(*filled));
  }
  order_.environment = environment_with(known);
  return {};
}

std::string ProcessBench::clock_mark() const { return variable_of("clock_file") + "=" + clock_file_path(); }

std::string ProcessBench::clock_file_path() const { return clock_folder_.path().empty() ? std::string{} : clock_folder_.path() + "/clock"; }

/// In the file as libfaketime reads it: "-86400". Whole at any moment, whoever reads it meanwhile.
std::string ProcessBench::set_clock(Duration error) {
  if (child_ && !sets_running_clock()) return "the program's clock can be set while it is off only: its command does not name {clock_file}";
  clock_error_ = error;
  const std::string path = clock_file_path();
  const std::string beside = path + ".new";
  std::ofstream file(beside, std::ios::trunc);
  file << fmt::format("{:+}\n", clock_seconds(error));
  file.close();
  if (!file || std::rename(beside.c_str(), path.c_str()) != 0) return "cannot write " + path;
  return fill();
}

bool ProcessBench::sets_running_clock() const { return names_place(command_, "clock_file"); }

std::optional<std::uint64_t> ProcessBench::flash_writes() {
  if (!wear_) return std::nullopt;
  writes_ += wear_->begun();
  return writes_;
}

void ProcessBench::take_down() {
  if (!child_) return;
  child_->read(log_, now());
  child_.reset();
}

std::string ProcessBench::power(PowerOrder order) {
  if (is_over()) return "the device is not examined any more";
  back_on_at_ = kNever;
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
  back_on_at_ = kNever;
  auto started = ChildProcess::start(order_);
  if (!started) {
    give_up(started.error());
    return started.error();
  }
  child_ = std::move(*started);
  stage().may_shut_doors(child_->connects() != nullptr);
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
    child_->freeze();
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

std::string ProcessBench::inject(const FaultSpec& fault) {
  return fault.kind == "power_cut" ? begin_cuts(fault) : SocketBench::inject(fault);
}

void ProcessBench::heal() {
  if (std::exchange(cuts_.watch, nullptr)) count_healed("power_cut", std::exchange(cuts_.acted, 0));
  SocketBench::heal();
}

/// Nobody knows when a program is between two steps of its own; that it writes is seen.
std::string ProcessBench::begin_cuts(const FaultSpec& fault) {
  constexpr std::int64_t at_write = 1;
  const auto value = [&fault](std::string_view name, std::int64_t standard) {
    const auto found =
        std::find_if(fault.arguments.begin(), fault.arguments.end(), [name](const FaultArgument& one) { return one.name == name; });
    return found == fault.arguments.end() ? standard : found->value;
  };
  if (value("at", 0) != at_write) return "a program's power can be cut within its writes only";
  disturb();
  cuts_ = {.watch = FlashWatch::begin(folder_.path()),
           .probability = static_cast<std::uint64_t>(value("probability", 0)),
           .off = Duration{value("off", std::chrono::microseconds{std::chrono::seconds{1}}.count())}};
  return cuts_.watch ? std::string{} : "this host watches no more folders (fs.inotify.max_user_instances)";
}

void ProcessBench::serve_cuts() {
  if (back_on_at_ <= now() && !is_over()) start();
  if (!cuts_.watch) return;
  bool is_cut = false;
  for (std::size_t writes = cuts_.watch->begun(); writes > 0 && !is_cut; --writes) is_cut = (cut_random_.next() >> 32U) < cuts_.probability;
  if (!is_cut || !child_) return;
  cut();
  cuts_.watch->tear();
  ++cuts_.acted;
  back_on_at_ = now() + cuts_.off;
}

void ProcessBench::watch(std::vector<pollfd>& watched) {
  if (cuts_.watch) watched.push_back({cuts_.watch->descriptor(), POLLIN, 0});
  if (!child_) return;
  if (child_->connects() != nullptr) watched.push_back({child_->connects()->descriptor(), POLLIN, 0});
  if (child_->output() >= 0) watched.push_back({child_->output(), POLLIN, 0});
  if (child_->exit_descriptor() >= 0) watched.push_back({child_->exit_descriptor(), POLLIN, 0});
}

void ProcessBench::serve_device() {
  serve_cuts();
  if (!child_) return;
  if (child_->connects() != nullptr)
    child_->connects()->serve([this](const IpAddress& address, std::uint16_t port) { stage().attempted(address, port); });
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
