// What devices and the platform see of links with faults: a carrier that does as told on one side, devices on the other, time by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "sim/world/faulty_links.hpp"

namespace fleetsim::sim {
namespace {

using device::Leg;
using device::LinkEnd;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr LinkKey mqtt{0, Leg::mqtt};
constexpr std::int64_t ms = 1000;

/// The platform's side: links that open at once, and remember what was said to them.
class FakeCarrier final : public Links {
 public:
  void serve(LinkOwner& owner) { owner_ = &owner; }
  void open(LinkKey key, LinkTarget, Instant) override {
    ++opened;
    Link& link = owner_->link(key);
    link.handle = 1;
    link.state = LinkState::open;
    owner_->link_opened(key);
  }
  void send(LinkKey, ByteView bytes) override { batch += text_of(bytes); }
  void flush() override {
    if (!batch.empty()) writes.push_back(std::move(batch));
    batch.clear();
  }
  void close(LinkKey key, Instant) override { end(key, LinkEnd::closed_by_us, "closed"); }
  void abort(LinkKey key, Abort how) override {
    batch.clear();
    end(key, LinkEnd::closed_by_us, word_of(how));
  }
  static const char* word_of(Abort how) {
    switch (how) {
      case Abort::orderly:
        return "aborted";
      case Abort::reset:
        return "reset";
      case Abort::severed:
        return "severed";
    }
    return "";
  }
  Instant deadline(LinkKey) const override { return kNever; }

  /// As a driver does it: first the word, then the release.
  void end(LinkKey key, LinkEnd how, const std::string& what) {
    if (owner_->link(key).handle < 0) return;
    ends.push_back(what);
    owner_->link_closed(key, how, {});
    owner_->link(key).handle = -1;
    owner_->link(key).state = LinkState::idle;
  }
  void say(const std::string& bytes) { owner_->link_received(mqtt, bytes_of(bytes)); }

  int opened = 0;
  std::string batch;
  std::vector<std::string> writes;
  std::vector<std::string> ends;

 private:
  LinkOwner* owner_ = nullptr;
};

class FaultyLinksTest : public ::testing::Test, public LinkOwner {
 protected:
  FaultyLinksTest() {
    links_.attach(carrier_);
    carrier_.serve(links_);
    links_.resize(1);
  }
  void with(const FaultSpec& spec) {
    ASSERT_TRUE(faults_.add(spec, now_));
    links_.faults_changed();
  }
  void open() {
    LinkTarget target;
    target.place = {.who = 5, .group = 0, .region = 1};
    links_.open(mqtt, std::move(target), now_);
    settle();
  }
  void send(const std::string& bytes) {
    links_.send(mqtt, bytes_of(bytes));
    links_.flush();
  }
  /// Time passes, from one moment at which something is due to the next.
  void pass(Duration duration) {
    const Instant until = now_ + duration;
    while (links_.next_deadline() <= until) {
      now_ = std::max(now_, links_.next_deadline());
      settle();
    }
    now_ = until;
    links_.set_now(now_);
  }
  void settle() {
    links_.set_now(now_);
    links_.wake_due([this](std::uint32_t slot) { woken_.insert(slot); });
  }

  Link& link(LinkKey key) override { return key.leg == Leg::mqtt ? near_ : other_; }
  void link_opened(LinkKey) override { ++opened_; }
  void link_received(LinkKey, ByteView bytes) override { heard_.emplace_back(text_of(bytes)); }
  void link_closed(LinkKey, LinkEnd end, std::string_view) override { ends_.push_back(end); }
  void link_writable(LinkKey) override { ++writable_; }
  void exhausted(Exhausted) override {}

  FaultSet faults_{1, {.groups = {"meters"}, .regions = {"", "shanghai"}, .devices = {{}}}};
  FaultyLinks links_{faults_, 1, *this};
  FakeCarrier carrier_;
  Instant now_{seconds{100}};
  Link near_;
  Link other_;
  int opened_ = 0;
  int writable_ = 0;
  std::set<std::uint32_t> woken_;
  std::vector<std::string> heard_;
  std::vector<LinkEnd> ends_;
};

TEST_F(FaultyLinksTest, AreInNobodysWayWhenNothingIsOn) {
  open();
  send("hello");
  carrier_.say("welcome");
  EXPECT_EQ(opened_, 1);
  EXPECT_THAT(carrier_.writes, ElementsAre("hello"));
  EXPECT_THAT(heard_, ElementsAre("welcome"));
  EXPECT_EQ(links_.next_deadline(), kNever);
  links_.close(mqtt, now_);
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::closed_by_us));
  EXPECT_THAT(carrier_.ends, ElementsAre("closed"));
  EXPECT_EQ(near_.state, LinkState::idle);
}

TEST_F(FaultyLinksTest, DelayBothWaysAndKeepTheOrder) {
  with({.kind = "latency", .arguments = {{"latency", 100 * ms}}});
  open();
  EXPECT_EQ(opened_, 0) << "the SYN and its answer are on their way";
  EXPECT_EQ(near_.state, LinkState::connecting);
  pass(milliseconds{199});
  EXPECT_EQ(opened_, 0);
  pass(milliseconds{1});
  ASSERT_EQ(opened_, 1);
  send("one");
  pass(milliseconds{50});
  send("two");
  carrier_.say("down");
  pass(milliseconds{49});
  EXPECT_THAT(carrier_.writes, IsEmpty());
  pass(milliseconds{1});
  EXPECT_THAT(carrier_.writes, ElementsAre("one"));
  EXPECT_THAT(heard_, IsEmpty());
  pass(milliseconds{50});
  EXPECT_THAT(carrier_.writes, ElementsAre("one", "two"));
  EXPECT_THAT(heard_, ElementsAre("down"));
  EXPECT_THAT(woken_, ElementsAre(0u));
}

TEST_F(FaultyLinksTest, SendAgainWhatIsLostAndHoldBackWhatFollows) {
  open();
  with({.name = "cut", .kind = "partition", .until = milliseconds{500}});
  send("one");
  pass(milliseconds{490});
  send("two");
  pass(milliseconds{109});
  EXPECT_THAT(carrier_.writes, IsEmpty());
  // Tried again after 200 and 600 ms; the second after 690, behind the first.
  pass(milliseconds{1});
  EXPECT_THAT(carrier_.writes, ElementsAre("one"));
  pass(milliseconds{90});
  EXPECT_THAT(carrier_.writes, ElementsAre("one", "two"));
}

TEST_F(FaultyLinksTest, ResetALinkThatIsCutOffForGood) {
  open();
  with({.kind = "partition"});
  send("lost");
  pass(std::chrono::hours{1});
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::reset));
  EXPECT_THAT(carrier_.ends, ElementsAre("reset"));
}

TEST_F(FaultyLinksTest, SliceAndPaceWhatIsSent) {
  open();
  with({.kind = "slicer", .arguments = {{"average_size", 2}, {"delay", 10 * ms}}, .direction = FaultDirection::up});
  with({.kind = "bandwidth", .arguments = {{"rate", 1000}}, .direction = FaultDirection::down});
  send("abcde");
  EXPECT_THAT(carrier_.writes, ElementsAre("ab"));
  pass(milliseconds{10});
  EXPECT_THAT(carrier_.writes, ElementsAre("ab", "cd"));
  pass(milliseconds{10});
  EXPECT_THAT(carrier_.writes, ElementsAre("ab", "cd", "e"));
  carrier_.say(std::string(100, 'x'));
  pass(milliseconds{99});
  EXPECT_THAT(heard_, IsEmpty());
  pass(milliseconds{1});
  EXPECT_EQ(heard_.size(), 1u);
}

TEST_F(FaultyLinksTest, EndALinkBehindItsLastByte) {
  open();
  with({.kind = "limit_data", .arguments = {{"bytes", 7}}, .direction = FaultDirection::up});
  send("four");
  send("five5");
  EXPECT_THAT(carrier_.writes, ElementsAre("four", "fiv"));
  EXPECT_THAT(carrier_.ends, ElementsAre("aborted"));
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::closed_by_peer));
}

TEST_F(FaultyLinksTest, EndALinkOnWhichNothingIsSent) {
  open();
  with({.kind = "reset_peer", .arguments = {{"timeout", 3000 * ms}}});
  pass(milliseconds{2999});
  EXPECT_THAT(ends_, IsEmpty());
  pass(milliseconds{1});
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::reset));
  EXPECT_THAT(carrier_.ends, ElementsAre("reset"));
  EXPECT_EQ(faults_.counts()[0].acted, 1u);
}

TEST_F(FaultyLinksTest, HoldWhatIsSentAndCloseInTheEnd) {
  open();
  with({.kind = "timeout", .arguments = {{"timeout", 2000 * ms}}});
  send("nobody hears it");
  carrier_.say("nor this");
  pass(milliseconds{1999});
  EXPECT_THAT(carrier_.writes, IsEmpty());
  EXPECT_THAT(heard_, IsEmpty());
  pass(milliseconds{1});
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::closed_by_peer));
}

TEST_F(FaultyLinksTest, RefuseOpeningsAndLeaveThemUnanswered) {
  with({.kind = "region_down", .regions = {"shanghai"}, .until = seconds{1}});
  open();
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::refused));
  EXPECT_EQ(near_.state, LinkState::idle);
  pass(seconds{1});
  with({.kind = "partition", .until = seconds{1}});
  open();
  pass(seconds{60});
  EXPECT_EQ(near_.state, LinkState::connecting);
  links_.abort(mqtt, Links::Abort::orderly);
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::refused, LinkEnd::closed_by_us));
  with({.kind = "dns_failure"});
  open();
  EXPECT_EQ(ends_.back(), LinkEnd::dns_failed);
  EXPECT_EQ(carrier_.opened, 0);
}

/// Hears of links that a fault kept from the network.
class KeptBackTap final : public SideTap {
 public:
  void on_device_event(std::uint32_t, const device::Event&, Instant) override {}
  void on_platform_event(const platform::PlatformEvent&, Instant) override {}
  void on_kept_back(const WireEvent& event) override { heard.push_back(event); }
  std::vector<WireEvent> heard;
};

TEST_F(FaultyLinksTest, TellOfOpeningsThatTheNetworkNeverHearsOf) {
  KeptBackTap tap;
  links_.tap(&tap);
  links_.add_device(7);
  with({.name = "off", .kind = "region_down", .regions = {"shanghai"}, .until = seconds{1}});
  const Instant refused = now_;
  open();
  ASSERT_EQ(tap.heard.size(), 2U);
  EXPECT_EQ(tap.heard[0].kind, WireKind::opening);
  EXPECT_EQ(tap.heard[0].device, 7U);
  EXPECT_EQ(tap.heard[0].at, refused);
  EXPECT_EQ(tap.heard[1].kind, WireKind::failed);
  EXPECT_EQ(tap.heard[1].end, ends_.back());

  pass(seconds{2});
  with({.kind = "latency", .arguments = {{"latency", 100 * ms}}});
  open();
  links_.abort(mqtt, Links::Abort::orderly);  // on its way still
  EXPECT_EQ(carrier_.opened, 0);
  EXPECT_EQ(tap.heard.size(), 4U) << "nor is one that is given up on its way";
  open();
  pass(seconds{1});
  EXPECT_EQ(carrier_.opened, 1);
  EXPECT_EQ(tap.heard.size(), 4U) << "of what the network hears, the network tells";
}

TEST_F(FaultyLinksTest, LetThePeersLastWordsArriveBeforeItsEnd) {
  open();
  with({.kind = "latency", .arguments = {{"latency", 100 * ms}}, .direction = FaultDirection::down});
  with({.kind = "slow_close", .arguments = {{"delay", 1000 * ms}}, .direction = FaultDirection::down});
  carrier_.say("last words");
  carrier_.end(mqtt, LinkEnd::closed_by_peer, "by the platform");
  EXPECT_EQ(near_.state, LinkState::open);
  pass(milliseconds{100});
  EXPECT_THAT(heard_, ElementsAre("last words"));
  send("into the void");
  pass(milliseconds{999});
  EXPECT_THAT(ends_, IsEmpty());
  pass(milliseconds{1});
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::closed_by_peer));
  EXPECT_THAT(carrier_.writes, IsEmpty());
}

TEST_F(FaultyLinksTest, SendTheDevicesLastWordsBeforeItsEnd) {
  open();
  with({.kind = "latency", .arguments = {{"latency", 100 * ms}}, .direction = FaultDirection::up});
  send("bye");
  links_.close(mqtt, now_);
  EXPECT_EQ(near_.state, LinkState::closing);
  pass(milliseconds{100});
  EXPECT_THAT(carrier_.writes, ElementsAre("bye"));
  EXPECT_THAT(carrier_.ends, ElementsAre("closed"));
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::closed_by_us));
}

TEST_F(FaultyLinksTest, GiveUpAnEndThatDoesNotGetThrough) {
  open();
  with({.kind = "partition"});
  links_.close(mqtt, now_);
  pass(seconds{6});
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::closed_by_us));
  EXPECT_THAT(carrier_.ends, ElementsAre("aborted"));
}

TEST_F(FaultyLinksTest, TellADeviceThatThereIsNoRoomAndWhenThereIsAgain) {
  open();
  with({.kind = "bandwidth", .arguments = {{"rate", 100'000}}});
  send(std::string(FaultyLinks::busy_bytes + 10'000, 'x'));
  EXPECT_TRUE(near_.pending);
  EXPECT_EQ(writable_, 0);
  pass(seconds{1});
  EXPECT_FALSE(near_.pending);
  EXPECT_EQ(writable_, 1);
}

TEST_F(FaultyLinksTest, EndALinkWhoseLineIsTooNarrow) {
  open();
  with({.kind = "bandwidth", .arguments = {{"rate", 1}}});
  send(std::string(FaultyLinks::waiting_bytes_max + 10'000, 'x'));
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::reset));
}

TEST_F(FaultyLinksTest, ForgetALinkThatIsGone) {
  with({.kind = "latency", .arguments = {{"latency", 100 * ms}}});
  open();
  pass(milliseconds{200});
  send("late");
  links_.abort(mqtt, Links::Abort::severed);
  EXPECT_THAT(ends_, ElementsAre(LinkEnd::closed_by_us));
  EXPECT_THAT(carrier_.ends, ElementsAre("severed"));
  pass(seconds{1});
  EXPECT_THAT(carrier_.writes, IsEmpty());
  EXPECT_EQ(links_.next_deadline(), kNever);
  open();
  pass(milliseconds{200});
  EXPECT_EQ(opened_, 2);
}

TEST_F(FaultyLinksTest, EndWhatIsOpenWhenAFaultIsInjectedAndLeaveItWhenItIsHealed) {
  open();
  with({.kind = "reset_peer", .arguments = {{"timeout", 5000 * ms}}});
  EXPECT_EQ(links_.next_deadline(), now_ + seconds{5});
  faults_.remove("reset_peer", now_);
  links_.faults_changed();
  EXPECT_EQ(links_.next_deadline(), kNever);
}

}  // namespace
}  // namespace fleetsim::sim
