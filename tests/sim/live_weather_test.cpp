// What devices report, as the weather counts it: without sockets, time as an argument.
#include <gtest/gtest.h>

#include "sim/world/device_cell.hpp"
#include "sim/world/observer.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;
using device::Event;
using device::EventKind;

Instant moment(Duration since) { return Instant(since); }

class WeatherFeeding : public ::testing::Test {
 protected:
  WeatherFeeding() {
    scenario_.groups.resize(1);
    scenario_.groups[0].name = "meters";
    runtime_.scenario = &scenario_;
    runtime_.tag_names = {{"meters"}, {"", "cn-shanghai"}, {"reference"}};
  }

  void come_to(Observer& observer, std::string_view host, Instant began, Instant done) {
    observer.on_report(cell_, {.kind = EventKind::bootstrap_started}, began);
    observer.on_report(cell_, {.kind = EventKind::bootstrap_answered, .port = 1883, .host = host}, done);
    observer.on_report(cell_, {.kind = EventKind::connect_started, .port = 1883, .host = host}, done);
    observer.on_report(cell_, {.kind = EventKind::connected, .port = 1883, .host = host}, done);
  }

  Scenario scenario_;
  RunRuntime runtime_;
  ShardCounters counters_;
  DeviceCell cell_{*device::Identity::parse("a1TestPK001", "dev0", "secret"), RandomStream::fork(1, "device", 0)};
};

std::uint64_t counted(const Weather& weather, WeatherKind kind, RegionIndex region) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : weather.curve(kind, region)) sum += count;
  return sum;
}

TEST_F(WeatherFeeding, TheWeatherCountsWhatDevicesReportInTheRegionThatTheyWereToldOf) {
  runtime_.region_of_host = {{"127.0.2.1", 1}};
  Observer observer(runtime_, counters_);
  observer.powered_on(cell_, moment(0s));
  observer.on_report(cell_, {.kind = EventKind::bootstrap_failed}, moment(1s));
  come_to(observer, "127.0.2.1", moment(2s), moment(3s));
  observer.on_report(cell_, {.kind = EventKind::connection_lost}, moment(9s));
  observer.on_report(cell_, {.kind = EventKind::connect_failed}, moment(10s));
  observer.on_report(cell_, {.kind = EventKind::connect_refused}, moment(11s));
  const Weather weather = observer.weather();
  EXPECT_EQ(counted(weather, WeatherKind::arrivals, 0), 1U);
  EXPECT_EQ(counted(weather, WeatherKind::bootstrap_failures, 0), 1U);
  EXPECT_EQ(counted(weather, WeatherKind::bootstraps, 1), 1U);
  EXPECT_EQ(counted(weather, WeatherKind::connects, 1), 1U);
  EXPECT_EQ(counted(weather, WeatherKind::disconnects, 1), 1U);
  EXPECT_EQ(counted(weather, WeatherKind::connect_failures, 1), 2U) << "the refused one as well";
  EXPECT_EQ(counted(weather, WeatherKind::connects_refused, 1), 1U);
}

TEST_F(WeatherFeeding, ADeviceIsOfflineOnceHoweverOftenThatIsTold) {
  Observer observer(runtime_, counters_);
  come_to(observer, "127.0.2.1", moment(0s), moment(1s));
  observer.went_offline(cell_, moment(5s));
  observer.on_report(cell_, {.kind = EventKind::disconnected}, moment(5s));
  observer.on_power_off(cell_, moment(6s));
  EXPECT_EQ(counted(observer.weather(), WeatherKind::disconnects, 0), 1U);
  come_to(observer, "127.0.2.1", moment(7s), moment(8s));
  observer.on_report(cell_, {.kind = EventKind::connected}, moment(9s));  // its old link was never told to be gone
  EXPECT_EQ(counted(observer.weather(), WeatherKind::connects, 0) - counted(observer.weather(), WeatherKind::disconnects, 0), 1U);
}

TEST_F(WeatherFeeding, TheWaitsOfADeviceAreFollowedFromALostConnectionToTheNextTries) {
  Observer observer(runtime_, counters_);
  come_to(observer, "127.0.2.1", moment(0s), moment(1s));
  observer.on_report(cell_, {.kind = EventKind::connection_lost}, moment(10s));
  Duration now = 10s;
  for (int wait = 1; wait <= 8; wait *= 2) {
    now += std::chrono::seconds{wait};
    observer.on_report(cell_, {.kind = EventKind::connect_started, .port = 1883, .host = "127.0.2.1"}, moment(now));
    observer.on_report(cell_, {.kind = EventKind::connect_failed}, moment(now + 100ms));
    now += 100ms;
  }
  // It falls back to the bootstrap endpoint: the wait ends where that begins, not at the connect after it.
  observer.on_report(cell_, {.kind = EventKind::bootstrap_started}, moment(now + 16s));
  observer.on_report(cell_, {.kind = EventKind::bootstrap_answered, .port = 1883, .host = "127.0.2.1"}, moment(now + 20s));
  observer.on_report(cell_, {.kind = EventKind::connect_started, .port = 1883, .host = "127.0.2.1"}, moment(now + 20s));
  observer.on_report(cell_, {.kind = EventKind::connect_failed}, moment(now + 21s));
  observer.on_power_off(cell_, moment(now + 21s));
  observer.on_report(cell_, {.kind = EventKind::connect_started, .port = 1883, .host = "127.0.2.1"}, moment(now + 1h));
  const BackoffTally tally = observer.weather().backoff.at({.group = 0, .leg = RetryLeg::connect});
  EXPECT_EQ(tally.devices[backoff_class_index({.shape = BackoffShape::exponential})], 1U);
  EXPECT_EQ(tally.gaps[4].count(), 1U);
  EXPECT_EQ(tally.gaps[5].count(), 0U) << "what it waited for when it was switched off is no wait";
}

}  // namespace
}  // namespace fleetsim::sim
