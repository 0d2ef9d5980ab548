// The link driver against a scripted peer on loopback: both ends in one thread, driven until something happens or a deadline passes.
#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "sim/live/link_driver.hpp"
#include "tests/sim/scripted_peer.hpp"

namespace fleetsim::sim {
namespace {

using device::Leg;
using device::LinkEnd;

constexpr LinkKey key{0, Leg::mqtt};
constexpr std::chrono::seconds patience{20};

class LinkTest : public ::testing::Test, public LinkOwner {
 protected:
  void connect(std::optional<IpAddress> proxy_source = {}) {
    LinkTarget target;
    target.address = IpAddress::from_v4(INADDR_LOOPBACK);
    target.port = peer_.port();
    target.source = IpAddress::from_v4(0x7f000105);
    target.proxy_source = proxy_source;
    driver_.open(key, std::move(target), Instant{});
  }
  void open() {
    connect();
    ASSERT_TRUE(until([&] { return opened_ == 1; }));
    peer_.accept_at_once();
  }
  template <class Holds>
  bool until(Holds holds) {
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
      for (const PollEvent& event : poller_.poll()) driver_.on_event(event);
      if (std::chrono::steady_clock::now() > give_up) return false;
    }
    return true;
  }
  std::string hear(std::size_t bytes) {
    std::string heard;
    until([&] {
      heard += peer_.hear();
      return heard.size() >= bytes || peer_.ended() || peer_.reset();
    });
    return heard;
  }

  Link& link(LinkKey which) override { return which.slot == 0 ? link_ : second_; }
  void link_opened(LinkKey) override {
    ++opened_;
    if (!greeting_.empty()) driver_.send(key, bytes_of(greeting_));
  }
  void link_received(LinkKey, ByteView bytes) override {
    received_ += text_of(bytes);
    if (close_when_heard_) driver_.close(key, Instant{});
  }
  void link_closed(LinkKey, LinkEnd end, std::string_view) override { ends_.push_back(end); }
  void link_writable(LinkKey) override { ++writable_; }
  void exhausted(Exhausted what) override { exhausted_.push_back(what); }

  Poller poller_ = std::move(*Poller::make());
  LinkDriver driver_{poller_, *this};
  ScriptedPeer peer_;
  Link link_;
  Link second_;
  int opened_ = 0;
  int writable_ = 0;
  bool close_when_heard_ = false;
  std::string greeting_;
  std::string received_;
  std::vector<LinkEnd> ends_;
  std::vector<Exhausted> exhausted_;
};

TEST_F(LinkTest, CarriesBytesBothWays) {
  open();
  driver_.send(key, bytes_of("one "));
  driver_.send(key, bytes_of("two"));
  EXPECT_EQ(peer_.hear(), "") << "gathered, not sent";
  driver_.flush();
  EXPECT_EQ(hear(7), "one two");
  peer_.say(bytes_of("three"));
  EXPECT_TRUE(until([&] { return received_ == "three"; }));
  peer_.say(bytes_of(" four"));
  EXPECT_TRUE(until([&] { return received_ == "three four"; }));
}

TEST_F(LinkTest, PutsTheProxyHeaderBeforeTheFirstBytes) {
  greeting_ = "CONNECT";
  connect(IpAddress::from_v4(0xcb007107));
  ASSERT_TRUE(until([&] { return opened_ == 1; }));
  peer_.accept_at_once();
  const std::string heard = hear(28 + 7);
  ASSERT_EQ(heard.size(), 35U);
  EXPECT_EQ(heard.substr(0, 4), "\r\n\r\n");
  EXPECT_EQ(heard.substr(16, 4), (std::string{"\xcb\x00\x71\x07", 4}));
  EXPECT_EQ(heard.substr(28), "CONNECT");
}

TEST_F(LinkTest, TellsOnceHowThePeerEndedIt) {
  open();
  peer_.say(bytes_of("last words"));
  peer_.finish();
  ASSERT_TRUE(until([&] { return !ends_.empty(); }));
  EXPECT_EQ(received_, "last words");
  EXPECT_EQ(ends_, std::vector{LinkEnd::closed_by_peer});
  EXPECT_EQ(link_.state, LinkState::idle);
}

TEST_F(LinkTest, TellsAResetFromAnOrderlyEnd) {
  open();
  peer_.cut();
  ASSERT_TRUE(until([&] { return !ends_.empty(); }));
  EXPECT_EQ(ends_, std::vector{LinkEnd::reset});
}

TEST_F(LinkTest, SaysThatNobodyListens) {
  LinkTarget target;
  target.address = IpAddress::from_v4(0x7f0001fe);
  target.port = peer_.port();
  driver_.open(key, std::move(target), Instant{});
  ASSERT_TRUE(until([&] { return !ends_.empty(); }));
  EXPECT_EQ(ends_, std::vector{LinkEnd::refused});
  EXPECT_EQ(opened_, 0);
}

TEST_F(LinkTest, ASourceThatIsNotOursIsCountedAsExhaustion) {
  LinkTarget target;
  target.address = IpAddress::from_v4(INADDR_LOOPBACK);
  target.port = peer_.port();
  target.source = IpAddress::from_v4(0xc0000201);  // 192.0.2.1: nobody's
  driver_.open(key, std::move(target), Instant{});
  EXPECT_EQ(ends_, std::vector{LinkEnd::no_resources});
  EXPECT_EQ(exhausted_, std::vector{Exhausted::ports});
}

TEST_F(LinkTest, ClosesOnlyWhenEverythingIsOut) {
  open();
  driver_.send(key, bytes_of("goodbye"));
  driver_.close(key, Instant{});
  EXPECT_EQ(ends_, std::vector{LinkEnd::closed_by_us});
  EXPECT_EQ(hear(8), "goodbye");
  EXPECT_TRUE(peer_.ended()) << "an end of stream, no reset";
}

TEST_F(LinkTest, KeepsWhatTheKernelHasNoRoomForAndGoesOnWhenThereIs) {
  open();
  const std::string chunk(60'000, 'x');
  std::size_t sent = 0;
  while (!link_.pending) {
    driver_.send(key, bytes_of(chunk));
    driver_.flush();
    sent += chunk.size();
    ASSERT_LT(sent, 100'000'000U);
  }
  driver_.close(key, Instant{});
  EXPECT_EQ(link_.state, LinkState::closing);
  EXPECT_EQ(driver_.deadline(key), Instant{} + LinkDriver::close_patience);
  EXPECT_EQ(hear(sent).size(), sent);
  ASSERT_TRUE(until([&] { return !ends_.empty(); }));
  EXPECT_EQ(ends_, std::vector{LinkEnd::closed_by_us});
}

TEST_F(LinkTest, DropsWhatIsSentThoughSomethingWaitsAllTheTime) {
  open();
  // Room for less than what waits: it is never all out.
  const int little = 64 * 1024;
  ::setsockopt(link_.handle, SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
  peer_.keep_little(little);
  constexpr std::size_t kept = std::size_t{400} * 1024;
  std::size_t said = 0;
  std::size_t heard = 0;
  std::size_t most = 0;
  const auto byte_at = [](std::size_t i) { return static_cast<char>('a' + i % 23); };
  while (heard < 4 * PendingOutput::bytes_max) {
    while (!link_.pending || link_.pending->waiting() < kept) {
      std::string chunk(10'000, ' ');
      for (char& c : chunk) c = byte_at(said++);
      driver_.send(key, bytes_of(chunk));
      driver_.flush();
      ASSERT_TRUE(ends_.empty());
    }
    most = std::max(most, link_.pending->bytes.size());
    ASSERT_TRUE(until([&] {
      const std::string piece = peer_.hear();
      for (const char c : piece) {
        if (c != byte_at(heard++)) ADD_FAILURE() << "byte " << heard - 1 << " is another one";
      }
      return !piece.empty() || ::testing::Test::HasFailure();
    }));
    ASSERT_FALSE(HasFailure());
    ASSERT_NE(link_.pending, nullptr) << "all is out: this shows nothing";
  }
  EXPECT_LE(most, 2 * PendingOutput::bytes_max);
}

TEST_F(LinkTest, GivesUpOnAPeerThatDoesNotRead) {
  open();
  const std::string chunk(60'000, 'x');
  for (int i = 0; i < 2000 && ends_.empty(); ++i) {
    driver_.send(key, bytes_of(chunk));
    driver_.flush();
  }
  EXPECT_EQ(ends_, std::vector{LinkEnd::reset});
}

TEST_F(LinkTest, ReadsMoreThanOneBufferInOneGo) {
  open();
  const std::string text(3 * LinkDriver::receive_bytes, 'y');
  std::string left = text;
  ASSERT_TRUE(until([&] {
    if (!left.empty()) {
      peer_.say(bytes_of(left.substr(0, 10'000)));
      left.erase(0, 10'000);
    }
    return received_.size() == text.size();
  }));
}

TEST_F(LinkTest, NeverMixesTheBytesOfTwoLinks) {
  open();
  ScriptedPeer other;
  const LinkKey second{1, Leg::mqtt};
  LinkTarget target;
  target.address = IpAddress::from_v4(INADDR_LOOPBACK);
  target.port = other.port();
  driver_.open(second, std::move(target), Instant{});
  ASSERT_TRUE(until([&] { return opened_ == 2; }));
  other.accept();
  driver_.send(key, bytes_of("for the first"));
  driver_.send(second, bytes_of("for the second"));
  driver_.flush();
  EXPECT_EQ(hear(13), "for the first");
  EXPECT_EQ(other.hear(), "for the second");
  driver_.abort(second, LinkDriver::Abort::orderly);
}

TEST_F(LinkTest, ALinkThatIsResetIsAResetToThePeer) {
  open();
  driver_.abort(key, LinkDriver::Abort::reset);
  EXPECT_EQ(ends_, std::vector{LinkEnd::closed_by_us});
  EXPECT_EQ(hear(1), "");
  EXPECT_TRUE(peer_.reset());
}

TEST_F(LinkTest, ASeveredLinkIsOverForTheDeviceAndThePeerHearsNothingWhateverItSays) {
  open();
  driver_.abort(key, LinkDriver::Abort::severed);
  EXPECT_EQ(ends_, std::vector{LinkEnd::closed_by_us});
  EXPECT_EQ(link_.state, LinkState::idle);
  constexpr std::size_t more_than_a_kernel_keeps = std::size_t{32} * 1024 * 1024;
  const std::vector<std::uint8_t> block(std::size_t{64} * 1024, 'x');
  std::size_t swallowed = 0;
  EXPECT_TRUE(until([&] {
    swallowed += peer_.say_what_fits(block);
    return swallowed > more_than_a_kernel_keeps;
  }));
  EXPECT_EQ(peer_.hear(), "");
  EXPECT_FALSE(peer_.ended());
  EXPECT_FALSE(peer_.reset());
  EXPECT_EQ(received_, "") << "the device is dead";
  EXPECT_EQ(driver_.severed().size(), 1U);
}

TEST_F(LinkTest, ASeveredLinkIsFreedWhenThePeerGivesItUp) {
  open();
  driver_.abort(key, LinkDriver::Abort::severed);
  ScriptedPeer other;
  LinkTarget target;
  target.address = IpAddress::from_v4(INADDR_LOOPBACK);
  target.port = other.port();
  driver_.open(key, std::move(target), Instant{});
  ASSERT_TRUE(until([&] { return opened_ == 2; })) << "the device may come again meanwhile";
  other.accept();
  EXPECT_EQ(driver_.severed().size(), 1U);
  peer_.finish();
  EXPECT_TRUE(until([&] { return driver_.severed().size() == 0; }));
  driver_.send(key, bytes_of("alive"));
  driver_.flush();
  EXPECT_EQ(other.hear(), "alive");
}

TEST_F(LinkTest, ClosingWhileBytesArriveIsSafeAndToldOnce) {
  open();
  close_when_heard_ = true;
  peer_.say(bytes_of("something"));
  ASSERT_TRUE(until([&] { return !ends_.empty(); }));
  EXPECT_EQ(ends_, std::vector{LinkEnd::closed_by_us});
  peer_.close_connection();
  EXPECT_EQ(received_, "something");
}

TEST_F(LinkTest, EventsOfAnEarlierSocketAreNotTakenForTheNewOne) {
  open();
  peer_.say(bytes_of("old"));
  std::optional<PollEvent> stale;
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!stale && std::chrono::steady_clock::now() < give_up) {
    for (const PollEvent& event : poller_.poll())
      if (event.readable) stale = event;
  }
  ASSERT_TRUE(stale);
  driver_.abort(key, LinkDriver::Abort::orderly);
  connect();
  driver_.on_event(*stale);
  EXPECT_EQ(opened_, 1) << "it says nothing about the connection that has begun since";
  ASSERT_TRUE(until([&] { return opened_ == 2; }));
  EXPECT_EQ(received_, "");
}

}  // namespace
}  // namespace fleetsim::sim
