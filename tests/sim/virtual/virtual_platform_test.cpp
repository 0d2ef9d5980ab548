// The platform's ends of simulated links: when they are there, and when they are gone.
#include <cstring>
#include <gtest/gtest.h>

#include "platform-mock/server/openssl_hmac.hpp"
#include "sim/virtual/virtual_world.hpp"
#include "tests/sim/controller/run_scenarios.hpp"
#include "tests/sim/virtual/three_devices.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Three devices at the simulated network; what they send is written by hand.
class VirtualPlatformTest : public ::testing::Test {
 protected:
  VirtualPlatformTest() {
    config_.limits.mode = platform::LimitsMode::documented;
    for (auto& instance : config_.instances) instance.mqtt.tls = false;
    world_ = std::make_unique<VirtualWorld>(VirtualWorld::Settings{.network = {}, .seed = 1, .spent = [] { return Duration{0}; }}, roster_,
                                            config_, nullptr);
    host_ = world_->make_platform(config_, {.hmac = hmac_.port(), .digest = hmac_.digest_port(), .countries = nullptr, .seed = 1}, {});
  }
  VirtualPlatform& platform() { return world_->platform(); }

  void open(std::uint32_t device, std::uint32_t connection, bool is_secure = false) {
    OpenRequest request;
    std::memset(static_cast<void*>(&request), 0, sizeof request);
    request.peer = IpAddress::from_v4(0x7f000105);
    request.latency_us = 20'000;
    request.endpoint = 1;  // the first instance
    request.is_secure = is_secure;
    say(device, connection, MessageKind::open, {reinterpret_cast<const std::uint8_t*>(&request), sizeof request});
  }
  void say(std::uint32_t device, std::uint32_t connection, MessageKind kind, ByteView bytes = {}) {
    MessageStream up;
    up.append({.at = now_, .device = device, .connection = connection, .kind = kind, .leg = device::Leg::mqtt}, bytes);
    platform().inbox().take(up);
    now_ += milliseconds{1};
  }
  void run_until(Instant end) {
    for (; now_ < end; now_ += world_->window()) {
      const std::int64_t number = now_.time_since_epoch() / world_->window();
      platform().run(number, Instant{(number + 1) * world_->window()});
    }
  }

  platform::OpensslHmac hmac_;
  const Roster roster_ = test::three_devices();
  platform::PlatformConfig config_ = test::three_regions();
  std::unique_ptr<VirtualWorld> world_;
  std::unique_ptr<platform::PlatformHost> host_;
  Instant now_{};
};

constexpr std::uint8_t no_mqtt[] = {0xf0, 0x00};  // MQTT 3.1.1 §2.2.1: 15 is forbidden

TEST_F(VirtualPlatformTest, KeepsALinkThatWasSeveredUntilItGivesItUpItself) {
  open(0, 1);
  say(0, 1, MessageKind::severed);
  run_until(Instant{seconds{1}});
  EXPECT_EQ(platform().links(), 1U);
  EXPECT_EQ(platform().half_open(), 1U);
  run_until(Instant{seconds{1} + config_.limits.connect_packet_timeout});
  EXPECT_EQ(platform().links(), 0U) << "no CONNECT has come in time";
  EXPECT_EQ(platform().half_open(), 0U);
}

TEST_F(VirtualPlatformTest, ForgetsALinkThatItHadClosedAlreadyWhenItIsSevered) {
  open(0, 1);
  open(1, 1);
  say(0, 1, MessageKind::bytes, no_mqtt);
  run_until(Instant{seconds{1}});
  ASSERT_EQ(platform().links(), 2U) << "the one that it has closed waits for the device's own end";
  say(0, 1, MessageKind::severed);
  run_until(Instant{seconds{2}});
  EXPECT_EQ(platform().links(), 1U);
  EXPECT_EQ(platform().half_open(), 0U);
}

TEST_F(VirtualPlatformTest, ResetsALinkWhoseFirstBytesDoNotComeInTime) {
  open(0, 1, true);  // to a listener that serves no TLS: nobody there knows of it
  run_until(Instant{config_.limits.connect_packet_timeout});
  ASSERT_EQ(platform().links(), 1U);
  platform().outbox(0).clear();
  run_until(Instant{config_.limits.connect_packet_timeout + milliseconds{100}});
  EXPECT_EQ(platform().links(), 0U);
  EXPECT_FALSE(platform().outbox(0).empty()) << "the device is told";
  platform().call([](platform::Platform& core, platform::Output&, Instant) {
    EXPECT_EQ(core.limits_reached().of(platform::LimitKind::connect_packet_timeout), 1U);
  });
}

TEST_F(VirtualPlatformTest, HasPatienceAnewForALinkThatCameInThePlaceOfAnother) {
  open(0, 1, true);
  run_until(Instant{seconds{1}});
  say(0, 1, MessageKind::finish);
  open(0, 2, true);
  run_until(Instant{config_.limits.connect_packet_timeout + milliseconds{500}});
  EXPECT_EQ(platform().links(), 1U);
  run_until(Instant{config_.limits.connect_packet_timeout + milliseconds{1500}});
  EXPECT_EQ(platform().links(), 0U);
}

TEST_F(VirtualPlatformTest, SendsNothingIntoALinkThatWasSevered) {
  open(0, 1);
  say(0, 1, MessageKind::severed);
  run_until(Instant{seconds{1}});
  platform().outbox(0).clear();
  say(0, 1, MessageKind::bytes, no_mqtt);  // it was on its way before: the answer is nobody's
  run_until(Instant{seconds{2}});
  EXPECT_TRUE(platform().outbox(0).empty());
}

}  // namespace
}  // namespace fleetsim::sim
