// The life of a device as its application sees it, on real bytes at both ends.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(DeviceLife, BootstrapsConnectsAndMovesWhenNotified) {
  DeviceWorld world;
  ASSERT_TRUE(world.live());
  EXPECT_EQ(world.events, (std::vector<std::string>{
                              "bootstrap_started global.example:443",
                              "bootstrap_answered a.example:1883",
                              "endpoint_stored a.example:1883",
                              "connect_started a.example:1883",
                              "connected a.example:1883",
                              "property_posted #1",
                              "property_replied code=200 #1",
                              "notified 4294967295",
                              "notify_reply_sent 4294967295",
                              "disconnected",
                              "bootstrap_started global.example:443",
                              "bootstrap_answered b.example:1883",
                              "endpoint_stored b.example:1883 code=1",
                              "connect_started b.example:1883",
                              "connected b.example:1883",
                              "property_posted #2",
                              "property_replied code=200 #2",
                          }));
  EXPECT_EQ(world.platform.last_reply, R"({"id":"4294967295","code":200,"data":{}})");
  EXPECT_EQ(world.flash_writes, 2U);
}

}  // namespace
}  // namespace fleetsim::device::testing
