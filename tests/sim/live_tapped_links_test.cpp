// What listeners on sockets are told of a link: the same as of the devices' ends of simulated links.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "sim/world/tapped_links.hpp"

namespace fleetsim::sim {
namespace {

using device::Leg;
using device::LinkEnd;
using ::testing::ElementsAre;

constexpr LinkKey tapped_key{0, Leg::mqtt};
constexpr Instant at_seven{std::chrono::seconds{7}};

class HeardTap final : public SideTap {
 public:
  void on_wire(const WireEvent& event) override {
    const char* const kinds[] = {"opening", "opened", "failed", "bytes", "finished", "reset"};
    std::string line = kinds[static_cast<std::size_t>(event.kind)];
    line += event.direction == Direction::up ? " up" : " down";
    if (!event.bytes.empty()) line += " " + std::string(text_of(event.bytes));
    lines.push_back(std::move(line));
    last = event;
    last.bytes = {};
  }
  void on_device_event(std::uint32_t, const device::Event&, Instant) override {}
  void on_platform_event(const platform::PlatformEvent&, Instant) override {}

  std::vector<std::string> lines;
  WireEvent last;
};

class PassiveOwner final : public LinkOwner {
 public:
  Link& link(LinkKey) override { return one; }
  void link_opened(LinkKey) override { ++opened; }
  void link_received(LinkKey, ByteView bytes) override { received += text_of(bytes); }
  void link_closed(LinkKey, LinkEnd end, std::string_view) override { ends.push_back(end); }
  void link_writable(LinkKey) override { ++writable; }
  void exhausted(Exhausted) override {}

  Link one;
  int opened = 0;
  int writable = 0;
  std::string received;
  std::vector<LinkEnd> ends;
};

class PassiveCarrier final : public Links {
 public:
  void open(LinkKey, LinkTarget, Instant) override { ++opened; }
  void send(LinkKey, ByteView bytes) override { sent += text_of(bytes); }
  void flush() override {}
  void close(LinkKey, Instant) override { ++closed; }
  void abort(LinkKey, Abort) override { ++aborted; }
  Instant deadline(LinkKey) const override { return at_seven; }

  int opened = 0;
  int closed = 0;
  int aborted = 0;
  std::string sent;
};

class TappedLink : public ::testing::Test {
 protected:
  TappedLink() {
    places.instances = {{IpAddress::from_v4(0x7f000201), 18830}, {IpAddress::from_v4(0x7f000301), 18830}};
    links.attach(carrier);
    links.add_device(42, IpAddress::from_v4(0x0a000007));
    links.set_now(at_seven);
  }
  void open() {
    LinkTarget target;
    target.address = IpAddress::from_v4(0x7f000301);
    target.port = 18830;
    owner.one.handle = 3;
    links.open(tapped_key, std::move(target), at_seven);
  }

  HeardTap tap;
  WirePlaces places;
  PassiveOwner owner;
  PassiveCarrier carrier;
  TappedLinks links{tap, places, owner};
};

TEST_F(TappedLink, TellsOfItsWholeLife) {
  open();
  links.link_opened(tapped_key);
  links.send(tapped_key, bytes_of("ping"));
  links.link_received(tapped_key, bytes_of("pong"));
  links.link_closed(tapped_key, LinkEnd::closed_by_peer, {});
  EXPECT_THAT(tap.lines, ElementsAre("opening up", "opened down", "bytes up ping", "bytes down pong", "finished down"));
  EXPECT_EQ(tap.last.device, 42U);
  EXPECT_EQ(tap.last.connection, 1U);
  EXPECT_EQ(tap.last.endpoint, 1U);
  EXPECT_EQ(tap.last.at, at_seven);
  EXPECT_EQ(carrier.sent, "ping");
  EXPECT_EQ(owner.received, "pong");
  EXPECT_THAT(owner.ends, ElementsAre(LinkEnd::closed_by_peer));
}

TEST_F(TappedLink, EndsOnceWhenTheDeviceEndsIt) {
  open();
  links.link_opened(tapped_key);
  links.close(tapped_key, at_seven);
  links.send(tapped_key, bytes_of("late"));
  links.link_closed(tapped_key, LinkEnd::closed_by_us, {});
  EXPECT_THAT(tap.lines, ElementsAre("opening up", "opened down", "finished up"));
  EXPECT_EQ(carrier.closed, 1);
}

TEST_F(TappedLink, TellsAResetAndAnOrderlyEndAndNothingOfBeingSevered) {
  open();
  links.link_opened(tapped_key);
  links.abort(tapped_key, Links::Abort::reset);
  links.link_closed(tapped_key, LinkEnd::closed_by_us, {});
  open();
  links.link_opened(tapped_key);
  links.abort(tapped_key, Links::Abort::orderly);
  EXPECT_THAT(tap.lines, ElementsAre("opening up", "opened down", "reset up", "opening up", "opened down", "finished up"));
  EXPECT_EQ(tap.last.connection, 2U);
  open();
  links.link_opened(tapped_key);
  const std::size_t told = tap.lines.size();
  links.abort(tapped_key, Links::Abort::severed);
  EXPECT_EQ(tap.lines.size(), told);
  EXPECT_EQ(carrier.aborted, 3);
}

TEST_F(TappedLink, SaysWhyItNeverCameToBe) {
  open();
  links.link_closed(tapped_key, LinkEnd::tls_failed, "expired");
  EXPECT_THAT(tap.lines, ElementsAre("opening up", "failed down"));
  EXPECT_EQ(tap.last.end, LinkEnd::tls_failed);
}

TEST_F(TappedLink, HearsAResetByThePeer) {
  open();
  links.link_opened(tapped_key);
  links.link_closed(tapped_key, LinkEnd::reset, {});
  EXPECT_THAT(tap.lines, ElementsAre("opening up", "opened down", "reset down"));
}

TEST_F(TappedLink, LeadsToTheBootstrapEndpointWhenNoInstanceListensThere) {
  LinkTarget target;
  target.address = IpAddress::from_v4(0x7f000301);
  target.port = 18443;
  links.open({0, Leg::bootstrap}, std::move(target), at_seven);
  EXPECT_EQ(tap.last.endpoint, wire_bootstrap);
  EXPECT_EQ(tap.last.leg, Leg::bootstrap);
}

}  // namespace
}  // namespace fleetsim::sim
