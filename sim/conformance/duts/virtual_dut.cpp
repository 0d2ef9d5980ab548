#include "sim/conformance/duts/virtual_dut.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "devicecore/firmware_profile.hpp"
#include "sim/config/diagnostics.hpp"
#include "sim/fleet.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/run_platform.hpp"
#include "sim/world/run_recorder.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint16_t capabilities = needs::power | needs::network | needs::traffic;
constexpr GroupIndex the_group = 0;
constexpr std::uint32_t the_device = 0;

// The names are the field's: what a firmware makes of a host name shows with them only.
constexpr std::string_view scenario_text = R"(
schema_version: 1
name: conformance
world: virtual
duration_max: 240h
network: {{latency: 20ms, jitter: 1ms}}
platform:
  schema_version: 1
  name: exam
  names: realistic
  regions: [cn-shanghai, ap-southeast-1, eu-central-1]
  bootstrap: {{address: 127.0.0.1, port: 18443}}
  instances:
    - {{id: iotx-oxssharez200, region: cn-shanghai, mqtt: {{address: 127.0.2.1, port: 18830}}}}
    - {{id: iotx-oxssharez400, region: ap-southeast-1, mqtt: {{address: 127.0.3.1, port: 18830}}}}
    - {{id: iotx-oxssharez700, region: eu-central-1, mqtt: {{address: 127.0.4.1, port: 18830}}}}
  products: [{{key: a1TestPK001, instance: iotx-oxssharez200}}]
  limits: unlimited
groups:
  dut: {{product: a1TestPK001, profile: {profile}, devices: {{count: 1, prefix: dut-}}, keep_alive: 60s{load}}})";
constexpr std::string_view with_traffic = R"(, load: {topic: "/{pk}/{dn}/user/update", qos: 1, rate: 0.2})";

/// A public instance has one name for each product.
std::string with_product(std::string host, std::string_view product_key) {
  constexpr std::string_view mark = "{pk}";
  if (const std::size_t at = host.find(mark); at != std::string::npos) host.replace(at, mark.size(), product_key);
  return host;
}

/// Hears all that the wire and both sides tell: for the evidence, and for the timeline.
class ExamTaps final : public RunTaps {
 public:
  ExamTaps() : recorder_({the_device}), device_side_(*this, Of::device), platform_side_(*this, Of::platform) {}

  void begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) override {
    recorder_.begin(runtime, roster, shards);
    roster_ = &roster;
  }
  SideTap* device_side(std::size_t) override { return &device_side_; }
  SideTap* platform_side() override { return &platform_side_; }

  const Seen& seen() const { return seen_; }
  const Roster& roster() const { return *roster_; }
  RunRecorder& recorder() { return recorder_; }
  /// By which an attempt is told whose it is.
  void know(const std::vector<Station>& stations) { stations_ = stations; }

 private:
  /// One that a fault may keep from the network, which then tells nothing of it.
  struct Attempt {
    device::Leg leg{};
    Instant at{};
    std::uint16_t endpoint = wire_bootstrap;
  };
  void take_attempt(const device::Event& event, Instant now);
  enum class Of : std::uint8_t { device, platform };
  class Side final : public SideTap {
   public:
    Side(ExamTaps& owner, Of of) : owner_(owner), of_(of) {}
    void on_wire(const WireEvent& event) override {
      if (event.kind == WireKind::opening) owner_.attempt_.reset();
      owner_.seen_.take(event);
      recorder().on_wire(event);
    }
    void on_device_event(std::uint32_t device, const device::Event& event, Instant now) override {
      if (of_ == Of::device) owner_.take_attempt(event, now);
      recorder().on_device_event(device, event, now);
    }
    void on_platform_event(const platform::PlatformEvent& event, Instant now) override { recorder().on_platform_event(event, now); }

   private:
    SideTap& recorder() { return of_ == Of::device ? *owner_.recorder_.device_side(0) : *owner_.recorder_.platform_side(); }
    ExamTaps& owner_;
    Of of_;
  };

  RunRecorder recorder_;
  Seen seen_;
  Side device_side_;
  Side platform_side_;
  const Roster* roster_ = nullptr;
  std::vector<Station> stations_;
  std::optional<Attempt> attempt_;
  std::uint32_t attempts_ = 0;
};

/// A link that is refused by a fault, or whose name is unknown, never comes to the network's taps; that it was asked for is evidence all
/// the same. It begins when the core asks, and is forgotten when the network tells of it.
void ExamTaps::take_attempt(const device::Event& event, Instant now) {
  constexpr std::uint32_t beyond_the_networks = 1U << 24;
  constexpr std::uint16_t nowhere = 0xfffe;
  const bool asks_bootstrap = event.kind == device::EventKind::bootstrap_started;
  if (asks_bootstrap || event.kind == device::EventKind::connect_started) {
    const auto found = std::find_if(stations_.begin(), stations_.end(),
                                    [&](const Station& one) { return one.host == event.host && one.port == event.port; });
    const auto position = found == stations_.end() ? nowhere : static_cast<std::uint16_t>(found - stations_.begin());
    attempt_ = {.leg = asks_bootstrap ? device::Leg::bootstrap : device::Leg::mqtt,
                .at = now,
                .endpoint = asks_bootstrap ? wire_bootstrap : position};
  }
  const bool has_failed = event.kind == device::EventKind::connect_failed || event.kind == device::EventKind::bootstrap_failed;
  if (!has_failed || !attempt_) return;
  WireEvent told;
  told.at = attempt_->at;
  told.device = the_device;
  told.connection = beyond_the_networks + ++attempts_;
  told.leg = attempt_->leg;
  told.kind = WireKind::opening;
  told.endpoint = attempt_->endpoint;
  seen_.take(told);
  told.at = now;
  told.kind = WireKind::failed;
  seen_.take(told);
  attempt_.reset();
}

class VirtualBench final : public Bench {
 public:
  VirtualBench(StepHost& host, RunPlatform& platform, const ExamTaps& taps, bool has_traffic)
      : host_(host), platform_(platform), taps_(taps), has_traffic_(has_traffic) {
    const device::Identity identity = taps.roster().identity(the_device);
    candidate_ = {.product_key = std::string(identity.product_key()),
                  .device_name = std::string(identity.device_name()),
                  .device_secret = std::string(identity.device_secret()),
                  .product_secret = {}};
    const platform::PlatformConfig& config = platform.config();
    const std::vector<platform::Endpoint>& endpoints = platform.host().endpoints();
    for (std::size_t i = 0; i < config.instances.size(); ++i)
      stations_.push_back({.instance = std::string(config.instances[i].id.view()),
                           .region = std::string(config.instances[i].region.view()),
                           .host = with_product(endpoints[i + 1].advertised_host, candidate_.product_key),
                           .port = endpoints[i + 1].port,
                           .address = endpoints[i + 1].address});
  }

  const Candidate& candidate() const override { return candidate_; }
  const std::vector<Station>& stations() const override { return stations_; }
  Instant now() const override { return host_.now(); }
  bool pass(Duration duration) override { return host_.pause(duration); }
  Duration look() const override { return std::chrono::milliseconds{50}; }
  const Seen& seen() const override { return taps_.seen(); }

  std::string power(PowerOrder order) override {
    switch (order) {
      case PowerOrder::on:
        host_.begin_arrivals(the_group);
        if (has_traffic_) host_.begin_load(the_group);
        return {};
      case PowerOrder::off:
      case PowerOrder::cut:
        host_.power_off(the_group, {.groups = {}, .cut = order == PowerOrder::cut});
        return {};
    }
    return {};
  }
  std::string reset_to_factory() override { return "this device cannot be reset"; }

  void with_platform(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) override {
    platform_.host().call(work);
  }
  std::string misbehave(const platform::MisbehaviourRule& rule) override { return host_.misbehave(rule); }
  std::string inject(const FaultSpec& fault) override { return host_.inject(fault); }
  void heal() override { host_.heal({}); }

 private:
  StepHost& host_;
  RunPlatform& platform_;
  const ExamTaps& taps_;
  bool has_traffic_;
  Candidate candidate_;
  std::vector<Station> stations_;
};

class VirtualDut final : public DutAdapter {
 public:
  explicit VirtualDut(const device::FirmwareProfile& profile) : profile_(profile), name_(fmt::format("virtual:{}", profile.name)) {}

  const std::string& name() const override { return name_; }
  std::uint16_t can() const override { return capabilities; }
  bool in_parallel() const override { return true; }

  Result<BenchRecord, std::string> with_bench(const BenchOrder& order, const std::function<void(Bench&)>& work) override {
    const bool has_traffic = (order.requirement.needs & needs::traffic) != 0;
    const std::string text =
        fmt::format(scenario_text, fmt::arg("profile", profile_.name), fmt::arg("load", has_traffic ? with_traffic : ""));
    Diagnostics diagnostics;
    auto scenario = read_scenario(text, "conformance", {}, diagnostics);
    if (!scenario) return fail("the exam's own scenario is broken: " + diagnostics.text());
    scenario->seed = order.seed;
    scenario->threads = 1;
    ExamTaps taps;
    BenchRecord record;
    const RunScript script = [&](StepHost& host, RunPlatform* platform) {
      VirtualBench bench(host, *platform, taps, has_traffic);
      taps.know(bench.stations());
      work(bench);
      record.simulated = host.now().time_since_epoch();
    };
    RunOptions options;
    options.taps = &taps;
    options.events = &taps.recorder().run_notes();
    options.stop = order.stop;
    options.script = &script;
    const auto result = run_scenario(*scenario, options);
    if (!result) return fail(result.error().what);
    record.timeline = timeline_of(taps.recorder().take(the_device), taps.recorder().head(the_device), kNever);
    return record;
  }

 private:
  const device::FirmwareProfile& profile_;
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<DutAdapter>, std::string> make_virtual_dut(std::string_view profile) {
  std::string name(profile);
  std::replace(name.begin(), name.end(), '/', '-');
  if (const device::FirmwareProfile* found = device::find_firmware_profile(name)) {
    std::unique_ptr<DutAdapter> made = std::make_unique<VirtualDut>(*found);
    return made;
  }
  std::string known;
  for (const device::FirmwareProfile* one : device::firmware_profiles()) known += (known.empty() ? "" : ", ") + std::string(one->name);
  return fail(fmt::format("there is no firmware profile \"{}\"; there are {}", profile, known));
}

}  // namespace fleetsim::sim
