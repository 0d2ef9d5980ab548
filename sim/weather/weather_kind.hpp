// What the weather of a fleet is made of: the things that happen to devices and load the endpoints. A new one goes here and in the switch
// of weather_kind.cpp; the CSV gets its column by itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fleetsim::sim {

enum class WeatherKind : std::uint8_t {
  arrivals,            // powered on
  bootstraps,          // answered with an endpoint
  bootstrap_failures,  // refused, unreadable, or never answered
  connects,            // CONNACK 0
  connect_failures,    // the refused ones are among them
  connects_refused,    // CONNACK with another code
  disconnects,         // were online and are not any more, for whatever reason
  moves,               // connected at another endpoint than before, after a notify
};
inline constexpr std::size_t weather_kind_count = static_cast<std::size_t>(WeatherKind::moves) + 1;

using WeatherCounts = std::array<std::uint32_t, weather_kind_count>;

/// As in the CSV's header: "bootstrap_failures".
std::string_view weather_kind_name(WeatherKind kind);

/// The two endpoints that devices come back to, each with retries of its own.
enum class RetryLeg : std::uint8_t { bootstrap, connect };
inline constexpr std::size_t retry_leg_count = 2;
std::string_view retry_leg_name(RetryLeg leg);

}  // namespace fleetsim::sim
