#include "sim/weather/weather_csv.hpp"

#include <gtest/gtest.h>

#include "sim/weather/weather_recorder.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;

TEST(WeatherCsv, HasARowForEachBucketRegionAndGroupInWhichSomethingHappened) {
  WeatherRecorder recorder({.width = milliseconds{250}}, {.groups = 2, .regions = 2});
  recorder.count(WeatherKind::arrivals, Instant{}, {.region = 0, .group = 1});
  recorder.count(WeatherKind::connects, Instant{milliseconds{760}}, {.region = 1, .group = 1});
  recorder.count(WeatherKind::connects, Instant{milliseconds{770}}, {.region = 1, .group = 0});
  recorder.count(WeatherKind::connects, Instant{milliseconds{780}}, {.region = 1, .group = 0});
  EXPECT_EQ(weather_csv(recorder.report(), {.groups = {"meters", "valves"}, .regions = {"", "cn-shanghai"}, .profiles = {}}),
            "start_seconds,width_seconds,region,group,arrivals,bootstraps,bootstrap_failures,connects,connect_failures,connects_refused,"
            "disconnects,moves\n"
            "0,0.25,,valves,1,0,0,0,0,0,0,0\n"
            "0.75,0.25,cn-shanghai,meters,0,0,0,2,0,0,0,0\n"
            "0.75,0.25,cn-shanghai,valves,0,0,0,1,0,0,0,0\n");
}

TEST(WeatherCsv, QuotesNamesThatWouldBeTakenForMore) {
  WeatherRecorder recorder({.width = milliseconds{250}}, {.groups = 1, .regions = 2});
  recorder.count(WeatherKind::moves, Instant{}, {.region = 1, .group = 0});
  const std::string csv = weather_csv(recorder.report(), {.groups = {"a,\"b\""}, .regions = {"", "one\nline"}, .profiles = {}});
  EXPECT_NE(csv.find("0,0.25,\"one\nline\",\"a,\"\"b\"\"\",0,"), std::string::npos) << csv;
}

TEST(WeatherCsv, OfNothingIsItsHeader) { EXPECT_EQ(weather_csv({}, {}).find('\n'), weather_csv({}, {}).size() - 1); }

}  // namespace
}  // namespace fleetsim::sim
