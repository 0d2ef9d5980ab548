// What an exam asks of a device: one requirement, where it comes from, and how it is examined. Requirements are data; each is one file
// under requirements/ and one line in list.cpp. README.md tells how to add one.
//
//   Requirement requirement::notify_same_id() {
//     return {.id = "NOTIFY-02", .level = Level::must, .text = "…", .clause = {…}, .examine = [](Exam& exam) { … }};
//   }
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

class Exam;

/// RFC 2119: a device that breaks a MUST fails, one that breaks a SHOULD is warned of.
enum class Level : std::uint8_t { must, should };

constexpr std::string_view level_name(Level level) { return level == Level::must ? "MUST" : "SHOULD"; }

/// Where a requirement comes from: a section of the platform's page, of a standard, or field practice with its source.
struct Clause {
  std::string_view source;  // "Distribute devices, device connection", "MQTT 3.1.1 §4.3.2", "field practice: AWS IoT Device Advisor"
  std::string_view text;    // what it says, in words of ours
};

/// What an adapter must be able to do before a requirement can be examined. Bits.
namespace needs {
inline constexpr std::uint16_t nothing = 0;
inline constexpr std::uint16_t power = 1U << 0;           // off and on again, and cut
inline constexpr std::uint16_t network = 1U << 1;         // links that are late, lossy, cut
inline constexpr std::uint16_t tls = 1U << 2;             // handshakes and certificates that are real
inline constexpr std::uint16_t reset = 1U << 3;           // to factory settings
inline constexpr std::uint16_t traffic = 1U << 4;         // the application publishes with QoS 1 while it is online
inline constexpr std::uint16_t flash = 1U << 5;           // what is kept can be looked at or spoiled
inline constexpr std::uint16_t long_time = 1U << 6;       // hours that cannot be scaled
inline constexpr std::uint16_t names = 1U << 7;           // names that its host's resolver does not know
inline constexpr std::uint16_t mid_write = 1U << 8;       // power that fails within a write to its flash
inline constexpr std::uint16_t firmware = 1U << 9;        // upgrades over the air, from its platform's own file server
inline constexpr std::uint16_t clock = 1U << 10;          // its time of day can be set, while it is off at least
inline constexpr std::uint16_t running_clock = 1U << 11;  // and while it is on
inline constexpr std::uint16_t flash_writes = 1U << 12;   // how often it writes to its flash is seen
}  // namespace needs

/// What a device must do by nature before a requirement can be about it; capabilities.hpp finds it out. A device that lacks it is not
/// examined: the requirement does not apply to it. Bits.
namespace wants {
inline constexpr std::uint16_t nothing = 0;
inline constexpr std::uint16_t keep_alive = 1U << 0;           // it asks for one
inline constexpr std::uint16_t subscriptions = 1U << 1;        // it subscribes by itself
inline constexpr std::uint16_t confirmed_publishes = 1U << 2;  // its application publishes with QoS 1
inline constexpr std::uint16_t kept_session = 1U << 3;         // it connects with clean session 0
}  // namespace wants

struct Requirement {
  std::string_view id;  // "BOOT-REQ-03": a group, a number
  Level level{};
  std::string_view text;
  Clause clause;
  std::uint16_t needs = needs::nothing;
  std::uint16_t wants = wants::nothing;
  Duration lasts = std::chrono::minutes{2};  // of the device's time, at most, when it does as it should
  void (*examine)(Exam& exam) = nullptr;

  /// "BOOT-REQ" of "BOOT-REQ-03".
  constexpr std::string_view group() const { return id.substr(0, id.rfind('-')); }
};

}  // namespace fleetsim::sim
