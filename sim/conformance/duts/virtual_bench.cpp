#include "sim/conformance/duts/virtual_bench.hpp"

#include <fmt/format.h>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "sim/config/diagnostics.hpp"
#include "sim/conformance/duts/exam_taps.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/firmware_images.hpp"
#include "sim/world/run_platform.hpp"

namespace fleetsim::sim {
namespace {

constexpr GroupIndex the_group = 0;
constexpr std::string_view image_folder = "exam-firmware";        // beside the run's own
constexpr std::uint32_t image_bytes = std::uint32_t{128} * 1024;  // half a second of a download

// The names are the field's: what a firmware makes of a host name shows with them only.
constexpr std::string_view scenario_text = R"(
schema_version: 1
name: conformance
world: virtual
duration_max: 240h
network: {{latency: 20ms, jitter: 1ms{real_tls}}}
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
  limits: unlimited{management}
groups:
  dut: {{product: a1TestPK001, profile: {profile}, devices: {{count: 1, prefix: dut-}}, keep_alive: 60s{tls}{version}{load}}})";
constexpr std::string_view with_management = "\n  management: {address: 127.0.0.1}";
constexpr std::string_view with_version = ", version: exam-1.0.0";
constexpr std::string_view with_real_tls = ", tls: real";
constexpr std::string_view with_tls = ", tls: mbedtls";
constexpr std::string_view with_traffic = R"(, load: {topic: "/{pk}/{dn}/user/update", qos: 1, rate: 0.2})";

/// A public instance has one name for each product.
std::string with_product(std::string host, std::string_view product_key) {
  constexpr std::string_view mark = "{pk}";
  if (const std::size_t at = host.find(mark); at != std::string::npos) host.replace(at, mark.size(), product_key);
  return host;
}

class VirtualBench final : public Bench {
 public:
  VirtualBench(StepHost& host, RunPlatform& platform, ExamTaps& taps, FirmwareImages& images, bool has_traffic)
      : host_(host), platform_(platform), taps_(taps), has_traffic_(has_traffic), images_(images) {
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
    if (image_) return image_;
    const FirmwareImages::Image& image = images_.make("exam", image_bytes);
    image_ = {.url = {}, .size = image.content.size(), .md5 = image.md5};
    with_platform([&](platform::Platform& platform, platform::Output&, Instant) {
      platform.files().add(std::string(image_folder), images_);
      image_->url =
          platform.files().url(image_folder, image.name, std::numeric_limits<std::int64_t>::max() / 2, platform::UrlScheme::tls_if_served);
    });
    return image_;
  }
  void heal() override { host_.heal({}); }

 private:
  StepHost& host_;
  RunPlatform& platform_;
  ExamTaps& taps_;
  bool has_traffic_;
  Candidate candidate_;
  FirmwareImages& images_;
  std::optional<FirmwareImage> image_;
  std::vector<Station> stations_;
};

}  // namespace

Result<BenchRecord, std::string> with_virtual_bench(const VirtualBenchPlan& plan, const BenchOrder& order,
                                                    const std::function<void(Bench&)>& work) {
  const bool has_traffic = (order.requirement.needs & needs::traffic) != 0;
  const bool has_firmware = (order.requirement.needs & needs::firmware) != 0;
  const bool has_tls = (order.requirement.needs & needs::tls) != 0;
  const std::string text =
      fmt::format(scenario_text, fmt::arg("profile", plan.profile), fmt::arg("load", has_traffic ? with_traffic : ""),
                  fmt::arg("real_tls", has_tls ? with_real_tls : ""), fmt::arg("tls", has_tls ? with_tls : ""),
                  fmt::arg("management", has_firmware ? with_management : ""), fmt::arg("version", has_firmware ? with_version : ""));
  Diagnostics diagnostics;
  auto scenario = read_scenario(text, "conformance", {}, diagnostics);
  if (!scenario) return fail("the exam's own scenario is broken: " + diagnostics.text());
  scenario->seed = order.seed;
  scenario->threads = 1;
  ExamTaps taps;
  FirmwareImages images;  // outlives the platform that serves them
  if (plan.between != nullptr) taps.stand_between(*plan.between);
  BenchRecord record;
  const RunScript script = [&](StepHost& host, RunPlatform* platform) {
    VirtualBench bench(host, *platform, taps, images, has_traffic);
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
