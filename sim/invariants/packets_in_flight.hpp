// Packet ids that a client has used and that were not answered yet: of publishes with QoS 1, subscribes and unsubscribes of one device.
//
//   if (!flight.add(id)) broken();   // it is in use
//   flight.remove(id);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "devicecore/limits.hpp"

namespace fleetsim::sim {

class PacketsInFlight {
 public:
  bool has(std::uint16_t id) const {
    for (std::size_t i = 0; i < count_; ++i)
      if (ids_[i] == id) return true;
    return false;
  }
  /// False: there is no room, which no device of ours can have used up.
  bool add(std::uint16_t id) {
    if (count_ == ids_.size()) return false;
    ids_[count_++] = id;
    return true;
  }
  bool remove(std::uint16_t id) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (ids_[i] != id) continue;
      ids_[i] = ids_[--count_];
      return true;
    }
    return false;
  }
  void add_all(const PacketsInFlight& others) {
    for (std::size_t i = 0; i < others.count_; ++i)
      if (!has(others.ids_[i])) add(others.ids_[i]);
  }
  bool is_full() const { return count_ == ids_.size(); }
  void clear() { count_ = 0; }
  std::size_t size() const { return count_; }

 private:
  static constexpr std::size_t capacity = device::limits::publishes_in_flight_max + device::limits::subscribes_in_flight_max + 4;
  std::array<std::uint16_t, capacity> ids_{};
  std::uint8_t count_ = 0;
};

}  // namespace fleetsim::sim
