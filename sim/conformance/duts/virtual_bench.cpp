#include "sim/conformance/duts/virtual_bench.hpp"

#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "devicecore/firmware_profile.hpp"
#include "sim/conformance/duts/bench_firmware.hpp"
#include "sim/conformance/duts/bench_scenario.hpp"
#include "sim/conformance/duts/exam_taps.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/run_platform.hpp"

namespace fleetsim::sim {
namespace {

constexpr GroupIndex the_group = 0;

/// The names are the field's: what a firmware makes of a host name shows with them only.
BenchScenario virtual_scenario(std::string_view profile, std::uint16_t needs) {
  const auto with = [needs](std::uint16_t need, std::string_view words) { return (needs & need) != 0 ? words : std::string_view{}; };
  return {.world = "virtual",
          .names = "realistic",
          .bootstrap_port = 18443,
          .mqtt_port = 18830,
          .has_file_server = (needs & needs::firmware) != 0,
          .network = fmt::format("network: {{latency: 20ms, jitter: 1ms{}}}", with(needs::tls, ", tls: real")),
          .device = fmt::format(", profile: {}, keep_alive: 60s{}{}{}", profile, with(needs::tls, ", tls: mbedtls"),
                                (needs & needs::firmware) != 0 ? fmt::format(", version: {}", BenchFirmware::first_version) : "",
                                with(needs::traffic, R"(, load: {topic: "/{pk}/{dn}/user/update", qos: 1, rate: 0.2})"))};
}

/// A public instance has one name for each product.
std::string with_product(std::string host, std::string_view product_key) {
  constexpr std::string_view mark = "{pk}";
  if (const std::size_t at = host.find(mark); at != std::string::npos) host.replace(at, mark.size(), product_key);
  return host;
}

class VirtualBench final : public Bench {
 public:
  VirtualBench(StepHost& host, RunPlatform& platform, ExamTaps& taps, BenchFirmware& firmware, const VirtualBenchPlan& plan,
               bool has_traffic)
      : host_(host), platform_(platform), taps_(taps), has_traffic_(has_traffic), firmware_(firmware) {
    const device::FirmwareProfile* const profile = plan.foreign == nullptr ? device::find_firmware_profile(plan.profile) : nullptr;
    waits_by_time_of_day_ = profile != nullptr && profile->waits_by_time_of_day;
    const device::Identity identity = taps.roster().identity(ExamTaps::the_device);
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
  /// In mid-life, as somebody holds its button down: the power goes, and what it kept is gone.
  std::string reset_to_factory() override {
    power(PowerOrder::cut);
    return spoil_flash(FlashDamage::emptied);
  }
  std::string spoil_flash(FlashDamage damage) override {
    taps_.spoil_flash(damage);
    return {};
  }

  void with_platform(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) override {
    platform_.host().call(work);
  }
  std::string misbehave(const platform::MisbehaviourRule& rule) override { return host_.misbehave(rule); }
  std::string inject(const FaultSpec& fault) override { return host_.inject(fault); }
  std::optional<FirmwareImage> firmware_image() override {
    std::optional<FirmwareImage> image;
    with_platform([&](platform::Platform& platform, platform::Output&, Instant) { image = firmware_.serve(platform); });
    return image;
  }
  void heal() override {
    for (const HealedRule& one : host_.heal({}).healed) count_healed(one.name, one.fired);
    if (waits_by_time_of_day_) bend_waits();
  }

  std::string set_clock(Duration error) override {
    clock_error_ = error;
    taps_.set_clock(error);
    if (!waits_by_time_of_day_) return {};
    host_.heal({std::string(bent_waits)});
    return bend_waits();
  }
  std::optional<std::uint64_t> flash_writes() override { return taps_.flash_writes(); }

 private:
  static constexpr std::string_view bent_waits = "waits";

  /// Of a firmware that measures them by its time of day.
  std::string bend_waits() {
    if (clock_error_ == Duration{0}) return {};
    return host_.inject({.name = std::string(bent_waits), .kind = "clock_jump", .arguments = {{"by", clock_error_.count()}}});
  }

  StepHost& host_;
  RunPlatform& platform_;
  ExamTaps& taps_;
  bool has_traffic_;
  bool waits_by_time_of_day_ = false;
  Duration clock_error_{0};
  Candidate candidate_;
  BenchFirmware& firmware_;
  std::vector<Station> stations_;
};

}  // namespace

Result<BenchRecord, std::string> with_virtual_bench(const VirtualBenchPlan& plan, const BenchOrder& order,
                                                    const std::function<void(Bench&)>& work) {
  const bool has_traffic = (order.requirement.needs & needs::traffic) != 0;
  auto scenario = bench_scenario(virtual_scenario(plan.profile, order.requirement.needs));
  if (!scenario) return fail(scenario.error());
  scenario->seed = order.seed;
  scenario->threads = 1;
  // As the stage on sockets: a handshake that nobody answers is the device's to give up.
  if ((order.requirement.needs & needs::tls) != 0) scenario->platform.limits.connect_packet_timeout = std::chrono::hours{1};
  ExamTaps taps;
  BenchFirmware firmware;  // outlives the platform that serves it
  if (plan.between != nullptr) taps.stand_between(*plan.between);
  BenchRecord record;
  const RunScript script = [&](StepHost& host, RunPlatform* platform, const Roster&) {
    VirtualBench bench(host, *platform, taps, firmware, plan, has_traffic);
    taps.know(bench.stations());
    work(bench);
    record.simulated = host.now().time_since_epoch();
  };
  RunOptions options;
  options.taps = &taps;
  options.events = &taps.recorder().run_notes();
  options.stop = order.stop;
  options.script = &script;
  options.foreign = plan.foreign;
  const auto result = run_scenario(*scenario, options);
  if (!result) return fail(result.error().what);
  record.timeline = timeline_of(taps.recorder().take(ExamTaps::the_device), taps.recorder().head(ExamTaps::the_device), kNever);
  return record;
}

}  // namespace fleetsim::sim
