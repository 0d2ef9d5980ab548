#include "sim/conformance/duts/socket_bench.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <utility>

#include "sim/conformance/duts/bench_scenario.hpp"
#include "sim/conformance/duts/second_session.hpp"
#include "sim/faults/fault_check.hpp"
#include "sim/live/host_lookup.hpp"
#include "sim/live/platform_ports.hpp"
#include "sim/live/run_countries.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/trace/timeline.hpp"
#include "sim/world/run_runtime.hpp"

namespace fleetsim::sim {
namespace {

/// A signal may come on another thread: nobody waits longer than this without a look at what it said.
constexpr std::chrono::milliseconds look_up_after{100};

// Addresses, not names: what a foreign program makes of a name is its host's resolver's to say.
BenchScenario socket_scenario(std::string_view prefix, bool has_file_server) {
  return {.world = "sockets", .names = "loopback", .has_file_server = has_file_server, .prefix = prefix};
}

}  // namespace

ListeningPlaces SocketBench::loopback_places() {
  constexpr std::uint32_t first = 0x7f004000U;  // 127.0.64.0
  constexpr std::uint32_t each = 0x100U;
  const auto place = [](std::uint32_t number) { return IpAddress::from_v4(first + number * each + 1); };
  return {.bootstrap = place(0), .stations = {place(1), place(2), place(3)}};
}

Result<std::unique_ptr<BenchTls>, std::string> make_bench_tls(const ListeningPlaces& places, std::uint64_t seed) {
  auto scenario = bench_scenario(socket_scenario("dut-", false));
  if (!scenario) return fail(scenario.error());
  const platform::EndpointNames names(scenario->platform, bound_addresses(places));
  return BenchTls::make(scenario->platform.tls, names.certificate_names(), seed);
}

SocketBench::SocketBench(const SocketBenchPlan& plan) : plan_(plan), clock_(plan.time_scale) {}
SocketBench::~SocketBench() = default;

std::string SocketBench::set_up() {
  auto scenario = bench_scenario(socket_scenario(plan_.device_prefix, plan_.places.has_files));
  if (!scenario) return scenario.error();
  scenario_ = std::move(*scenario);
  scenario_->seed = plan_.order.seed;
  const auto addresses = plan_addresses(*scenario_);
  if (!addresses) return addresses.error().what;
  auto roster = make_roster(*scenario_, *addresses);
  if (!roster) return roster.error().what;
  roster_ = std::move(*roster);
  auto platform = RunPlatform::start(
      *scenario_, roster_, nullptr,
      [&](platform::PlatformConfig config, RunPlatform::EventSink on_event) -> Result<std::unique_ptr<platform::PlatformHost>, RunError> {
        auto stage = SocketStage::open({.config = std::move(config),
                                        .ports = host_platform_ports(plan_.order.seed),
                                        .clock = clock_,
                                        .tls = plan_.tls,
                                        .bootstrap_tls = plan_.bootstrap_tls,
                                        .mqtt_tls = plan_.mqtt_tls,
                                        .places = plan_.places,
                                        .listening = plan_.ports,
                                        .on_event = std::move(on_event)});
        if (!stage) return fail(RunError{stage.error(), {}});
        stage_ = stage->get();
        return std::unique_ptr<platform::PlatformHost>(std::move(*stage));
      });
  if (!platform) return platform.error().what;
  platform_ = std::move(*platform);
  auto runtime = make_runtime(*scenario_, platform_.get(), nullptr, look_up_host);
  if (!runtime) return runtime.error().what;
  runtime_ = std::move(*runtime);
  FaultPlaces places = fault_places(*scenario_);
  places.regions = runtime_->tag_names.regions;
  faults_ = std::make_unique<FaultSet>(plan_.order.seed, places);
  foreseen_ = std::make_unique<FaultSet>(plan_.order.seed, std::move(places));
  taps_.begin(*runtime_, roster_, 1);
  stage_->use(*faults_, *foreseen_, *taps_.platform_side());
  const device::Identity identity = roster_.identity(ExamTaps::the_device);
  candidate_ = {.product_key = std::string(identity.product_key()),
                .device_name = std::string(identity.device_name()),
                .device_secret = std::string(identity.device_secret()),
                .product_secret = {}};
  for (std::size_t i = 0; i < scenario_->platform.instances.size(); ++i) {
    const platform::Endpoint& endpoint = stage_->endpoints()[i + 1];
    stations_.push_back({.instance = endpoint.name,
                         .region = std::string(scenario_->platform.instances[i].region.view()),
                         .host = endpoint.advertised_host,
                         .port = endpoint.port,
                         .address = endpoint.address});
  }
  return {};
}

BenchRecord SocketBench::record() {
  BenchRecord record;
  record.simulated = now().time_since_epoch();
  record.trouble = trouble_;
  record.findings = findings_;
  record.died_at = died_at_;
  Recording recording = taps_.recorder().take(ExamTaps::the_device);
  for (const LogLine& line : log_lines())
    recording.notes.push_back(
        {.at = line.at, .device = ExamTaps::the_device, .side = EventSide::device, .kind = "log", .detail = line.text});
  std::stable_sort(recording.notes.begin(), recording.notes.end(), [](const TraceNote& a, const TraceNote& b) { return a.at < b.at; });
  record.timeline = timeline_of(recording, taps_.recorder().head(ExamTaps::the_device), kNever);
  return record;
}

bool SocketBench::may_go_on() {
  const bool is_stopped = plan_.order.stop != nullptr && plan_.order.stop->load();
  if (!is_over_ && !is_stopped && now().time_since_epoch() > clock_.of_ours(plan_.time_max))
    give_up(fmt::format("it took longer than {} s of real time", plan_.time_max.count()));
  return !is_over_ && !is_stopped;
}

bool SocketBench::pass(Duration duration) {
  // Shorter ones would be looks alone, for which other benches have to wait.
  constexpr std::chrono::microseconds least{500};
  const Instant until = now() + std::max(duration, clock_.of_ours(least));
  serve_until(until, [] { return false; });
  return !is_over_ && now() >= until;
}

bool SocketBench::serve_until(Instant until, const std::function<bool()>& met) {
  for (;;) {
    serve();
    if (met()) return true;
    if (!may_go_on() || now() >= until) return false;
    wait(until);
  }
}

void SocketBench::wait(Instant until) {
  Instant next = std::min({until, stage_->next_deadline(), faults_->next_platform_change()});
  next = std::min(next, now() + clock_.of_ours(look_up_after));
  watched_.clear();
  watched_.push_back({stage_->descriptor(), POLLIN, 0});
  watch(watched_);
  const timespec patience = clock_.wait_until(next);
  const auto due = std::chrono::steady_clock::now() + std::chrono::seconds{patience.tv_sec} + std::chrono::nanoseconds{patience.tv_nsec};
  ::ppoll(watched_.data(), watched_.size(), &patience, nullptr);  // what it says is looked at anew by whoever owns it
  look_for_stall(due);
}

/// A machine that has other things to do: of what happened meanwhile nobody can tell when.
void SocketBench::look_for_stall(std::chrono::steady_clock::time_point due) {
  constexpr double of_the_device = 2;  // seconds
  constexpr double least = 0.25;       // of ours
  const double late = std::chrono::duration<double>(std::chrono::steady_clock::now() - due).count();
  if (late < std::max(least, of_the_device * clock_.scale()) || is_over_) return;
  has_stalled_ = true;
  give_up(fmt::format("this machine stood still for {:.2g} s: nothing that was seen meanwhile counts", late));
}

void SocketBench::serve() {
  const auto begin = std::chrono::steady_clock::now();
  serve_faults();
  stage_->serve();
  serve_device();
  if (const std::string flood = stage_->flood(); !flood.empty() && !is_over_)
    find("no more than a device in trouble has to say", flood, Fatal::yes);
  if (!stage_->lack().empty() && !is_over_) give_up(stage_->lack());
  look_for_second_session();
  look_for_stall(begin);
}

void SocketBench::look_for_second_session() {
  if (!is_undisturbed_ || std::exchange(looked_at_, seen().version()) == seen().version() || second_session(seen()) == nullptr) return;
  disturb();
  find("one session at a time", "it opened another one while one was open", Fatal::no);
}

void SocketBench::with_platform(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) { stage_->call(work); }

std::optional<FirmwareImage> SocketBench::firmware_image() {
  if (!plan_.places.has_files) return std::nullopt;
  std::optional<FirmwareImage> image;
  with_platform([&](platform::Platform& platform, platform::Output&, Instant) { image = firmware_.serve(platform); });
  return image;
}

std::string SocketBench::misbehave(const platform::MisbehaviourRule& rule) {
  disturb();
  return platform_->misbehave(rule);
}

std::string SocketBench::inject(const FaultSpec& fault) {
  disturb();
  FaultPlaces places = fault_places(*scenario_);
  places.regions = runtime_->tag_names.regions;
  if (const auto problems = problems_of(fault, places); !problems.empty()) return problems.front().message;
  constexpr std::string_view beyond_reach = "a device of this kind cannot be done that to: ";
  if (fault.kind == "dns_failure" || fault.kind == "power_cut" || fault.kind == "clock_jump" || fault.kind == "clock_skew" ||
      fault.kind == "platform_crash")
    return std::string(beyond_reach) + fault.kind;
  const Instant from = now();
  const auto added = faults_->add(fault, from);
  if (!added) return added.error();
  foreseen_->add(fault, from);
  stage_->faults_changed();
  serve_faults();
  return {};
}

void SocketBench::heal() {
  for (const std::string& name : faults_->names()) {
    if (const auto over = faults_->remove(name, now())) count_healed(over->kind, over->acted);
    foreseen_->remove(name, now());
  }
  stage_->faults_changed();
  serve_faults();
  for (const HealedRule& rule : platform_->heal({}).healed) count_healed(rule.name, rule.fired);
}

void SocketBench::serve_faults() {
  if (faults_->next_platform_change() > now()) return;
  for (const PlatformChange& change : faults_->take_platform_changes(now())) {
    if (change.kind == PlatformChange::Kind::set_rule) platform_->misbehave(change.rule);
    if (change.kind == PlatformChange::Kind::remove_rule) platform_->heal({change.rule.name});
  }
}

void SocketBench::give_up(std::string trouble) {
  if (trouble_.empty()) trouble_ = std::move(trouble);
  is_over_ = true;
}

void SocketBench::find(std::string expected, std::string actual, Fatal fatal) {
  findings_.push_back({.expected = std::move(expected), .actual = std::move(actual), .at = now()});
  if (fatal == Fatal::no) return;
  if (!died_at_) died_at_ = now();
  is_over_ = true;
}

}  // namespace fleetsim::sim
