// Looks at what a foreign core hands out before anybody else does: a core that breaks a rule of devicecore/abi/device_core.h is found here,
// and the rule is told.
//
//   CoreGuard guard(3, 160);
//   guard.enter(input);
//   if (const std::string wrong = guard.check(result, input, outputs); !wrong.empty()) stop(wrong);
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "devicecore/abi/device_core.h"

namespace fleetsim::sim {

class CoreGuard {
 public:
  static constexpr std::uint32_t legs = 2;
  static constexpr int stuck_steps_max = 4;                  // that take none of what they are given
  static constexpr std::uint64_t own_steps_max = 5'000'000;  // of one device, in all
  static constexpr std::size_t host_bytes_max = 255;         // as long as a name can be
  static constexpr std::size_t version_bytes_max = 64;
  static constexpr std::size_t text_bytes_max = 4096;             // of a log line
  static constexpr std::uint32_t output_struct_bytes_max = 4096;  // a greater one is no size but rubbish

  CoreGuard(std::uint32_t flash_slots, std::uint32_t flash_slot_bytes) : flash_slots_(flash_slots), flash_slot_bytes_(flash_slot_bytes) {}

  /// The device gets power.
  void begin();
  /// Why none was made: what is wrong with that text, or nothing.
  static std::string check_reason(const device_core_text& why);
  /// What it is given: links open and end. The error is a core that spins.
  std::string enter(const device_core_input& input);
  /// Its answer, copied out; what is wrong with it, or nothing.
  std::string check(const device_core_result& result, const device_core_input& input, std::vector<device_core_output>& outputs);

  bool has_link(std::uint32_t leg) const { return links_[leg] != LinkStage::none; }
  /// Since it was asked for.
  bool has_opened(std::uint32_t leg) const { return opened_[leg]; }

 private:
  enum class LinkStage : std::uint8_t { none, opening, open, closing };

  std::string count_own_step(std::int64_t now);
  std::string check_output(const device_core_output& output);
  std::string check_link(const device_core_output& output);
  std::string check_write(const device_core_output& output);
  std::string check_image(const device_core_output& output);
  std::string check_event(const device_core_output& output) const;

  std::uint32_t flash_slots_;
  std::uint32_t flash_slot_bytes_;
  std::array<LinkStage, legs> links_{};
  std::array<bool, legs> opened_{};
  std::vector<bool> writing_;
  bool writing_image_ = false;
  bool is_switched_off_ = false;
  int stuck_ = 0;
  std::int64_t second_ = 0;  // when the second began in which steps are counted
  std::uint64_t in_second_ = 0;
  std::uint64_t own_steps_ = 0;
};

}  // namespace fleetsim::sim
