// What a single device of the fleet is told to do, and what there is to see of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fleetsim::sim {

struct DeviceOrder {
  enum class What : std::uint8_t { power_on, power_off, cut_power, publish, post_property } what = What::power_on;
  std::string topic{};    // of publish
  std::string payload{};  // of publish; of post_property: a JSON object of its properties
  std::uint8_t qos = 0;   // of publish
};

/// As scenarios say it.
constexpr std::string_view order_name(DeviceOrder::What what) {
  switch (what) {
    case DeviceOrder::What::power_on:
      return "power_on";
    case DeviceOrder::What::power_off:
      return "power_off";
    case DeviceOrder::What::cut_power:
      return "cut_power";
    case DeviceOrder::What::publish:
      return "publish";
    case DeviceOrder::What::post_property:
      return "post_property";
  }
  return {};
}

/// One device is told to do something, now.
struct CommandStep {
  std::string device{};  // "pk/dn", or "dn" when only one has that name
  DeviceOrder order{};
};

/// One device as its own side sees it.
struct DevicePicture {
  bool has_power = false;
  bool is_online = false;
  bool is_told_to_move = false;  // it has heard a notify, and is not yet where that led it
  bool has_moved = false;
  std::string state{};         // of its firmware: "backing_off"; of an engine that is somebody else's: "foreign"
  std::uint16_t region = 0;    // of the endpoint that it was given last, into TagNames::regions
  std::string last_failure{};  // why it is not online; empty: nothing went wrong since it was
};

}  // namespace fleetsim::sim
