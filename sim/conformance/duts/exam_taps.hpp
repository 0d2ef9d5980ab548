// Hears all that the wire and both sides tell of a bench's one device: for the evidence, and for the timeline. For benches whose world is
// one of ours.
//
//   ExamTaps taps;
//   options.taps = &taps;                        // RunOptions
//   taps.know(stations);                         // once the platform is there
//   taps.seen(), taps.recorder().take(ExamTaps::the_device)
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/conformance/bench.hpp"
#include "sim/conformance/seen.hpp"
#include "sim/world/flash.hpp"
#include "sim/world/run_recorder.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

class ExamTaps final : public RunTaps {
 public:
  /// The only one there is.
  static constexpr std::uint32_t the_device = 0;

  ExamTaps() : recorder_({the_device}), device_side_(*this, Of::device), platform_side_(*this, Of::platform) {}

  void begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) override {
    recorder_.begin(runtime, roster, shards);
    roster_ = &roster;
  }
  SideTap* device_side(std::size_t) override { return &device_side_; }
  SideTap* platform_side() override { return &platform_side_; }
  LinkProxy* between(std::size_t) override { return proxy_; }

  const Seen& seen() const { return seen_; }
  const Roster& roster() const { return *roster_; }
  RunRecorder& recorder() { return recorder_; }
  /// Before the run: who stands between the device and its links.
  void stand_between(LinkProxy& proxy) { proxy_ = &proxy; }
  /// What its flash has gone through when it gets power next.
  void spoil_flash(FlashDamage damage) { damage_ = damage; }
  /// How wrong its time of day is from here on. While nothing happens.
  void set_clock(Duration error) { clock_error_ = error; }
  std::uint64_t flash_writes() const { return flash_writes_; }
  /// By which an attempt is told whose it is.
  void know(const std::vector<Station>& stations) { stations_ = stations; }

 private:
  void take_kept_back(WireEvent event);
  void spoil(Flash& flash);
  enum class Of : std::uint8_t { device, platform };
  class Side final : public SideTap {
   public:
    Side(ExamTaps& owner, Of of) : owner_(owner), of_(of) {}
    void on_wire(const WireEvent& event) override {
      owner_.seen_.take(event);
      recorder().on_wire(event);
    }
    void on_device_event(std::uint32_t device, const device::Event& event, Instant now) override {
      recorder().on_device_event(device, event, now);
    }
    void on_ciphertext(const WireEvent& event) override { owner_.seen_.take_ciphertext(event); }
    void on_boot(std::uint32_t /*device*/, Flash& flash, Instant /*now*/) override { owner_.spoil(flash); }
    void on_flash_write(std::uint32_t /*device*/, Instant /*now*/) override { ++owner_.flash_writes_; }
    Duration clock_error(std::uint32_t /*device*/) const override { return owner_.clock_error_; }
    void on_kept_back(const WireEvent& event) override { owner_.take_kept_back(event); }
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
  LinkProxy* proxy_ = nullptr;
  const Roster* roster_ = nullptr;
  std::vector<Station> stations_;
  std::optional<FlashDamage> damage_;
  Duration clock_error_{0};
  std::uint64_t flash_writes_ = 0;
  /// Openings that the network never heard of.
  struct KeptBack {
    std::uint32_t count = 0;
    std::uint16_t endpoint = wire_bootstrap;  // of the last one
  };
  std::array<KeptBack, 2> kept_back_;  // by leg
};

}  // namespace fleetsim::sim
