// A device of world virtual whose engine is a firmware core behind devicecore/abi/device_core.h: the shell's inputs become the core's, the
// core's outputs become actions and reports. A core that breaks a rule is stopped, and says nothing more; the reason stands in its record.
//
//   CoreRecord record({secret});
//   const ForeignMaker make = [&](const DeviceSpec& spec, const RunRuntime& runtime) {
//     return std::make_unique<CoreDevice>(library, spec, runtime, record, watch);
//   };
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/conformance/duts/call_watch.hpp"
#include "sim/conformance/duts/core_guard.hpp"
#include "sim/conformance/duts/core_library.hpp"
#include "sim/world/foreign_device.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

/// What a core leaves behind, beside what the wire tells. Outlives the device.
struct CoreRecord {
  struct Line {
    Instant at{};
    std::string text;
  };
  static constexpr std::size_t lines_max = 2000;

  std::vector<Line> log;  // the first ones; without secrets
  std::uint64_t lines_left_out = 0;
  std::string trouble;  // why it was stopped; empty: it was not
};

class CoreDevice final : public ForeignDevice {
 public:
  static constexpr std::uint32_t flash_slots = 3;

  CoreDevice(std::shared_ptr<const CoreLibrary> library, const DeviceSpec& spec, const RunRuntime& runtime, CoreRecord& record,
             CallWatch& watch);
  ~CoreDevice() override;
  CoreDevice(const CoreDevice&) = delete;
  CoreDevice& operator=(const CoreDevice&) = delete;

  // ForeignDevice
  std::size_t step(const device::StepContext& context, const device::Input& input) override;
  Instant next_deadline() const override;
  void release(device::BlockPool& pool) override;
  bool mqtt_in_use() const override { return false; }  // its links are the shard's
  bool obeys_faults() const override { return true; }

 private:
  bool power_up(const device::StepContext& context, const device::PowerOn& flash);
  void power_down();
  void stop(const device::StepContext& context, const std::string& why);
  std::size_t step_stopped(const device::StepContext& context, const device::Input& input);
  /// False: the core has nothing to do with it.
  bool translate(const device::StepContext& context, const device::Input& input, device_core_input& made);
  std::size_t give(const device::StepContext& context, const device_core_input& input);
  void report_end(const device::StepContext& context, const device::LinkClosed& closed);
  void obey(const device::StepContext& context, const device_core_output& output);
  void open(const device::StepContext& context, const device_core_output& output);
  void tell(const device::StepContext& context, const device_core_output& output);
  void log(Instant now, std::string_view text);
  /// Fit to be shown.
  std::string shown(std::string_view text) const;

  std::shared_ptr<const CoreLibrary> library_;
  device::Identity identity_;
  std::string bootstrap_host_;
  std::string firmware_version_;
  device_core_settings settings_{};
  CoreRecord& record_;
  CoreGuard guard_;
  CallWatch& watch_;
  CallWatch::Caller& caller_;
  device_core* core_ = nullptr;
  bool is_online_ = false;
  bool asks_bootstrap_ = false;     // its HTTP leg, and no server of firmware
  bool was_told_to_close_ = false;  // the MQTT link, by the core
  Instant off_by_ = kNever;         // once it was switched off
  std::vector<device_core_output> outputs_;
};

}  // namespace fleetsim::sim
