// What wire mutants stand on: messages are found however bytes come, and a fault holds the device's end of a link apart from the network's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "devicecore/firmware_profile.hpp"
#include "sim/conformance/duts/virtual_bench.hpp"
#include "sim/conformance/duts/wire_proxy.hpp"
#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/list.hpp"
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_messages.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

using device::Leg;
using device::LinkEnd;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr LinkKey mqtt_link{0, Leg::mqtt};
const std::string ping{"\xc0\x00", 2};
const std::string puback{"\x40\x02\x00\x07", 4};

/// The messages that are found in a stream which comes in pieces of that size.
std::vector<std::string> found_in(const std::string& stream, std::size_t piece, Leg leg, WireMessages::From from) {
  std::vector<std::string> found;
  const auto take = [&found](ByteView message) { found.emplace_back(text_of(message)); };
  WireMessages messages(leg, from);
  for (std::size_t at = 0; at < stream.size(); at += piece) messages.take(bytes_of(std::string_view(stream).substr(at, piece)), take);
  messages.finish(take);
  return found;
}

TEST(WireMessages, CutsPacketsHoweverTheyAreSplit) {
  const std::string large = std::string("\x30\x80\x02", 3) + std::string(256, 'x');
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 400U})
    EXPECT_THAT(found_in(ping + large + puback, piece, Leg::mqtt, WireMessages::From::device), ElementsAre(ping, large, puback)) << piece;
}

TEST(WireMessages, HandsOnWhatHasNoLength) {
  const std::string endless{"\x30\xff\xff\xff\xff\x01rest", 10};
  std::vector<std::string> found;
  WireMessages messages(Leg::mqtt, WireMessages::From::platform);
  messages.take(bytes_of(endless), [&found](ByteView message) { found.emplace_back(text_of(message)); });
  EXPECT_THAT(found, ElementsAre(endless)) << "nobody waits for the rest of what will never be whole";
}

TEST(WireMessages, CutsHttpByItsLengthAndAnInterimAnswerByItsHead) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  const std::string answer = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n{\"\"}";
  for (const std::size_t piece : {1U, 7U, 400U})
    EXPECT_THAT(found_in(interim + answer + answer, piece, Leg::bootstrap, WireMessages::From::platform),
                ElementsAre(interim, answer, answer));
}

TEST(WireMessages, AnAnswerWithoutALengthEndsWithItsLink) {
  const std::string answer = "HTTP/1.1 200 OK\r\n\r\n{}";
  EXPECT_THAT(found_in(answer, 3, Leg::bootstrap, WireMessages::From::platform), ElementsAre(answer));
}

/// Both sides of a proxy: a network that opens links at once and tells ends at once, and a device.
class WireProxyTest : public testing::Test, public LinkOwner, public Links {
 protected:
  void use(std::unique_ptr<WireFault> fault) {
    proxy_ = std::make_unique<WireProxy>(std::move(fault));
    proxy_->attach(*this, *this);
  }
  void open_link() { proxy_->open(mqtt_link, LinkTarget{}, Instant{}); }
  void send(const std::string& bytes) { proxy_->send(mqtt_link, bytes_of(bytes)); }

  // The network.
  void open(LinkKey key, LinkTarget, Instant) override {
    proxy_->link(key).handle = 1;
    proxy_->link(key).state = LinkState::open;
    proxy_->link_opened(key);
  }
  void send(LinkKey, ByteView bytes) override { sent_.emplace_back(text_of(bytes)); }
  void flush() override {}
  void close(LinkKey key, Instant) override { end(key, "closed"); }
  void abort(LinkKey key, Abort how) override { end(key, how == Abort::severed ? "severed" : how == Abort::reset ? "reset" : "aborted"); }
  Instant deadline(LinkKey) const override { return kNever; }
  void end(LinkKey key, const std::string& how) {
    sent_.push_back(how);
    proxy_->link(key).handle = -1;
    proxy_->link(key).state = LinkState::idle;
    proxy_->link_closed(key, LinkEnd::closed_by_us, {});
  }

  // The device.
  Link& link(LinkKey key) override { return links_[static_cast<std::size_t>(key.leg)]; }
  void link_opened(LinkKey) override { heard_.emplace_back("opened"); }
  void link_received(LinkKey, ByteView bytes) override { heard_.emplace_back(text_of(bytes)); }
  void link_closed(LinkKey, LinkEnd, std::string_view) override { heard_.emplace_back("closed"); }
  void link_writable(LinkKey) override {}
  void exhausted(Exhausted) override {}

  std::unique_ptr<WireProxy> proxy_;
  std::array<Link, 2> links_;
  std::vector<std::string> sent_;
  std::vector<std::string> heard_;
};

TEST_F(WireProxyTest, AFaultThatDoesNothingHandsEverythingOn) {
  use(std::make_unique<WireFault>());
  open_link();
  send(ping);
  proxy_->link_received(mqtt_link, bytes_of(puback));
  proxy_->close(mqtt_link, Instant{});
  EXPECT_THAT(sent_, ElementsAre(ping, "closed"));
  EXPECT_THAT(heard_, ElementsAre("opened", puback, "closed"));
}

TEST_F(WireProxyTest, AFaultMaySwallowWhatTheDeviceSays) {
  use(find_wire_mutant("mutant-no-puback")->make());
  open_link();
  send(puback + ping);
  EXPECT_THAT(sent_, ElementsAre(ping));
}

TEST_F(WireProxyTest, ALinkThatIsKeptOpenIsClosedToTheDeviceOnly) {
  class KeepsOpen final : public WireFault {
    void closes(Wire& wire) override { wire.keep_open(); }
  };
  use(std::make_unique<KeepsOpen>());
  open_link();
  proxy_->close(mqtt_link, Instant{});
  EXPECT_THAT(sent_, IsEmpty());
  EXPECT_THAT(heard_, ElementsAre("opened", "closed"));
  open_link();
  EXPECT_THAT(sent_, ElementsAre("aborted")) << "the next link takes its place";
  EXPECT_THAT(heard_, ElementsAre("opened", "closed", "opened"));
}

TEST_F(WireProxyTest, ADeadDeviceSaysAndHearsNothingForEver) {
  class DiesOfPuback final : public WireFault {
    void hears(Wire& wire, ByteView) override { wire.die(); }
  };
  use(std::make_unique<DiesOfPuback>());
  open_link();
  proxy_->link_received(mqtt_link, bytes_of(puback));
  send(ping);
  proxy_->close(mqtt_link, Instant{});
  open_link();
  EXPECT_THAT(sent_, ElementsAre("severed"));
  EXPECT_THAT(heard_, ElementsAre("opened", "closed")) << "the end that it wanted itself; the next link never opens";
}

TEST_F(WireProxyTest, WakesAFaultAtTheMomentItAskedFor) {
  class SaysLater final : public WireFault {
    void says(Wire& wire, ByteView) override { wire.wake_at(wire.now() + std::chrono::seconds{1}); }
    void wakes(Wire& wire) override { wire.say(bytes_of(puback)); }
  };
  use(std::make_unique<SaysLater>());
  open_link();
  send(ping);
  EXPECT_EQ(proxy_->next_deadline(), Instant{std::chrono::seconds{1}});
  EXPECT_THAT(sent_, IsEmpty());
  proxy_->set_now(proxy_->next_deadline());
  proxy_->wake();
  EXPECT_THAT(sent_, ElementsAre(puback));
  EXPECT_EQ(proxy_->next_deadline(), kNever);
}

/// When each message of an exam came by, and its bytes.
std::vector<std::string> evidence_of(const Requirement& requirement, LinkProxy* between) {
  std::vector<std::string> evidence;
  const auto look = [&](Bench& bench) {
    Exam exam(bench, {});
    requirement.examine(exam);
    for (const SeenLink& link : bench.seen().links())
      for (const SeenMessage& message : link.messages)
        evidence.push_back(std::to_string(message.at.time_since_epoch().count()) + " " + std::string(text_of(message.bytes)));
  };
  EXPECT_TRUE(with_virtual_bench({.profile = "reference", .between = between}, {.requirement = requirement}, look).ok());
  return evidence;
}

TEST(WireMutants, StandBetweenDeviceAndNetworkWithoutATrace) {
  for (const std::string_view id : {"NOTIFY-01", "QOS-08", "RETRY-10", "BOOT-RSP-12", "PERSIST-01"}) {
    const Requirement& requirement = *find_requirement(id);
    WireProxy nothing_is_wrong(std::make_unique<WireFault>());
    const std::vector<std::string> evidence = evidence_of(requirement, nullptr);
    EXPECT_FALSE(evidence.empty());
    EXPECT_EQ(evidence_of(requirement, &nothing_is_wrong), evidence) << id;
  }
}

TEST(WireMutants, HaveNamesThatNoFirmwareProfileHas) {
  for (const WireMutant& mutant : wire_mutants()) {
    EXPECT_EQ(device::find_firmware_profile(mutant.name), nullptr) << mutant.name;
    EXPECT_EQ(find_wire_mutant(mutant.name), &mutant) << mutant.name << " is there twice";
    const bool says_of_whom = mutant.summary.starts_with("reference, but ") || mutant.summary.starts_with("kept-session, but ");
    EXPECT_TRUE(mutant.name.starts_with("mutant-") && says_of_whom) << mutant.name;
  }
}

TEST(WireWords, WriteAConnectByteByByteAsTheEncoderDoes) {
  const device::MqttConnect connect{.client_id = "id",
                                    .username = "dn&pk",
                                    .password = "0f",
                                    .keep_alive_s = 60,
                                    .clean_session = true,
                                    .ping_every = {},
                                    .publish_retry = {}};
  wire_words::Bytes encoded(device::mqtt::connect_bytes(connect));
  device::mqtt::encode_connect(connect, encoded);
  EXPECT_EQ(wire_words::connect_of(
                {.client_id = "id", .will_topic = {}, .user_name = "dn&pk", .password = "0f", .keep_alive_s = 60, .clean_session = true}),
            encoded);
}

}  // namespace
}  // namespace fleetsim::sim
