// Positions in the roster by product key and device name: one word a device and a half, and one look into memory for most questions.
//
//   RosterIndex index(roster);
//   if (const auto device = index.find("a1TestPK001", "meters-7")) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/random.hpp"
#include "sim/world/fleet_identities.hpp"

namespace fleetsim::sim {

class RosterIndex {
 public:
  /// The roster must outlive the index.
  explicit RosterIndex(const Roster& roster) : roster_(roster) {
    std::size_t slots = 16;
    while (slots < roster.devices.size() * 3 / 2) slots *= 2;
    slots_.resize(slots);
    for (std::size_t i = 0; i < roster.devices.size(); ++i) {
      const std::uint64_t hash = hash_of(roster.product_key(i), roster.device_name(i));
      std::size_t at = hash & (slots - 1);
      while (slots_[at].number != 0) at = (at + 1) & (slots - 1);
      slots_[at] = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(i + 1)};
    }
  }

  std::optional<std::size_t> find(std::string_view product_key, std::string_view device_name) const {
    const std::uint64_t hash = hash_of(product_key, device_name);
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    for (std::size_t at = hash & (slots_.size() - 1); slots_[at].number != 0; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].tag != tag) continue;
      const std::size_t device = slots_[at].number - 1;
      if (roster_.device_name(device) == device_name && roster_.product_key(device) == product_key) return device;
    }
    return std::nullopt;
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = 0;  // position in the roster + 1; 0: free
  };

  static std::uint64_t hash_of(std::string_view product_key, std::string_view device_name) {
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, then mixed: its low bits alone would do badly
    for (const char c : product_key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash = (hash ^ '/') * 0x100000001b3U;
    for (const char c : device_name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return split_mix_64::mix(hash);
  }

  const Roster& roster_;
  std::vector<Slot> slots_;
};

}  // namespace fleetsim::sim
