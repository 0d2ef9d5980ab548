#include "sim/weather/weather_kind.hpp"

namespace fleetsim::sim {

std::string_view weather_kind_name(WeatherKind kind) {
  switch (kind) {
    case WeatherKind::arrivals:
      return "arrivals";
    case WeatherKind::bootstraps:
      return "bootstraps";
    case WeatherKind::bootstrap_failures:
      return "bootstrap_failures";
    case WeatherKind::connects:
      return "connects";
    case WeatherKind::connect_failures:
      return "connect_failures";
    case WeatherKind::connects_refused:
      return "connects_refused";
    case WeatherKind::disconnects:
      return "disconnects";
    case WeatherKind::moves:
      return "moves";
  }
  return "";
}

std::string_view retry_leg_name(RetryLeg leg) {
  switch (leg) {
    case RetryLeg::bootstrap:
      return "bootstrap";
    case RetryLeg::connect:
      return "connect";
  }
  return "";
}

}  // namespace fleetsim::sim
