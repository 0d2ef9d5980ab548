// What is on its way between the two sides of a simulation.
#include "sim/virtual/mailbox.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;

constexpr Duration window = milliseconds{10};

Message at(int ms, std::uint32_t device, std::uint32_t connection = 1) {
  Message message;
  message.at = Instant{milliseconds{ms}};
  message.device = device;
  message.connection = connection;
  message.kind = MessageKind::bytes;
  return message;
}

/// "device:text" of what arrives in the window, in order.
std::vector<std::string> read(Inbox& inbox, std::int64_t number) {
  std::vector<std::string> found;
  for (const Arrival& arrival : inbox.open(number)) {
    const Message head = Inbox::message(arrival);
    found.push_back(std::to_string(head.device) + ":" + std::string(text_of(Inbox::bytes(arrival, head))));
  }
  inbox.shut(number);
  return found;
}

TEST(Inbox, ReadsAWindowInTheOrderOfTimeThenDeviceThenSequence) {
  Inbox inbox(window);
  MessageStream first;
  first.append(at(15, 9), bytes_of("late"));
  first.append(at(12, 9), bytes_of("one"));
  first.append(at(12, 9), bytes_of("two"));
  MessageStream second;
  second.append(at(12, 3), bytes_of("other"));
  inbox.take(first);
  inbox.take(second);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(inbox.first(), 1);
  EXPECT_EQ(read(inbox, 1), (std::vector<std::string>{"3:other", "9:one", "9:two", "9:late"}));
  EXPECT_EQ(inbox.first(), Inbox::nothing);
}

TEST(Inbox, KeepsWhatComesMuchLaterAndReadsItBeforeWhatWasSentAfterIt) {
  Inbox inbox(window);
  MessageStream stream;
  stream.append(at(10'000'000, 1), bytes_of("far"));  // more windows ahead than lie side by side
  stream.append(at(20, 1), bytes_of("near"));
  inbox.take(stream);
  EXPECT_EQ(inbox.first(), 2);
  EXPECT_EQ(read(inbox, 2), std::vector<std::string>{"1:near"});
  EXPECT_EQ(inbox.first(), 1'000'000);
  EXPECT_TRUE(read(inbox, 999'990).empty());  // now it is near
  stream.append(at(10'000'000, 1), bytes_of("sent after it"));
  inbox.take(stream);
  EXPECT_EQ(read(inbox, 1'000'000), (std::vector<std::string>{"1:far", "1:sent after it"}));
}

TEST(Inbox, ReadsWhatWasSentLongAgoBeforeWhatCameWhenItsWindowHadJustComeNear) {
  Inbox inbox(window);
  MessageStream stream;
  stream.append(at(3'000, 1), bytes_of("long ago"));  // window 300: too far to lie side by side
  inbox.take(stream);
  EXPECT_TRUE(read(inbox, 44).empty());  // from now on it is near
  stream.append(at(3'000, 1), bytes_of("now"));
  inbox.take(stream);
  EXPECT_EQ(read(inbox, 300), (std::vector<std::string>{"1:long ago", "1:now"}));
}

TEST(Inbox, FindsTheFirstWindowWhereverTheRingBegins) {
  Inbox inbox(window);
  MessageStream stream;
  for (std::int64_t base = 0; base < 600; base += 7) {
    for (const std::int64_t ahead : {std::int64_t{1}, std::int64_t{63}, std::int64_t{64}, std::int64_t{200}, std::int64_t{255}}) {
      stream.append(at(static_cast<int>((base + ahead) * 10), 1), {});
      inbox.take(stream);
      ASSERT_EQ(inbox.first(), base + ahead) << base;
      ASSERT_EQ(read(inbox, base + ahead).size(), 1U);
      base += ahead;
    }
  }
}

TEST(Inbox, CarriesARecordThatIsLargerThanABlock) {
  Inbox inbox(window);
  const std::string large(3 * Inbox::block_bytes, 'x');
  MessageStream stream;
  stream.append(at(10, 1), bytes_of("small"));
  stream.append(at(10, 2), bytes_of(large));
  stream.append(at(10, 3), bytes_of("behind"));
  inbox.take(stream);
  EXPECT_EQ(read(inbox, 1), (std::vector<std::string>{"1:small", "2:" + large, "3:behind"}));
}

}  // namespace
}  // namespace fleetsim::sim
