// One deadline a slot, in the order of time and slot, whatever was set and moved and cleared before.
#include "platform-mock/core/deadline_queue.hpp"

#include <gtest/gtest.h>
#include <set>
#include <utility>
#include <vector>

namespace fleetsim::platform {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

Instant at(std::int64_t us) { return Instant{Duration{us}}; }

std::vector<std::uint32_t> drain(DeadlineQueue& queue, Instant now) {
  std::vector<std::uint32_t> slots;
  while (const auto slot = queue.pop_due(now)) slots.push_back(*slot);
  return slots;
}

class Xorshift {
 public:
  std::uint64_t next() {
    word_ ^= word_ << 13;
    word_ ^= word_ >> 7;
    word_ ^= word_ << 17;
    return word_;
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t word_ = 88172645463325252U;
};

TEST(DeadlineQueue, GivesSlotsInOrderOfTimeThenSlot) {
  DeadlineQueue queue;
  for (const std::uint32_t slot : {5U, 3U, 9U, 1U, 7U}) queue.set(slot, Instant{} + seconds{slot == 9 ? 1 : 2});
  queue.set(7, Instant{} + seconds{3});
  queue.set(3, Instant{} + seconds{1});
  queue.clear(5);
  queue.clear(1000);
  EXPECT_EQ(queue.next(), Instant{} + seconds{1});
  EXPECT_EQ(drain(queue, Instant{} + seconds{2}), (std::vector<std::uint32_t>{3, 9, 1}));
  EXPECT_EQ(queue.size(), 1U);
  queue.set(7, kNever);
  queue.set(7, kNever);
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_EQ(queue.next(), kNever);
}

TEST(DeadlineQueue, GivesEqualDeadlinesBySlotWhateverTheOrderTheyWereSetIn) {
  for (const std::int64_t when : {std::int64_t{7}, std::int64_t{60'000'000}, std::int64_t{1} << 50}) {
    DeadlineQueue queue;
    queue.resize(4);
    for (const std::uint32_t slot : {3U, 1U, 0U, 2U}) queue.set(slot, at(when));
    EXPECT_EQ(drain(queue, at(when)), (std::vector<std::uint32_t>{0, 1, 2, 3})) << when;
  }
}

TEST(DeadlineQueue, TellsTheNextDeadlineWhenTheEarliestHasMovedAway) {
  DeadlineQueue queue;
  queue.set(0, at(10));
  queue.set(1, Instant{} + hours{1});
  queue.set(2, Instant{} + hours{2});
  queue.set(0, Instant{} + hours{3});
  EXPECT_EQ(queue.next(), Instant{} + hours{1});
  queue.set(1, Instant{} + hours{4});
  EXPECT_EQ(queue.next(), Instant{} + hours{2});
  queue.set(1, at(5));
  EXPECT_EQ(queue.next(), at(5)) << "sooner than what was looked at last";
  EXPECT_EQ(drain(queue, Instant{} + hours{5}), (std::vector<std::uint32_t>{1, 2, 0}));
}

TEST(DeadlineQueue, KeepsOnlyWhatIsDueInOrderWhateverTheOrderItWasSetIn) {
  constexpr std::uint32_t slots = 100'000;
  DeadlineQueue queue;
  Xorshift random;
  for (std::uint32_t slot = 0; slot < slots; ++slot) queue.set(slot, at(static_cast<std::int64_t>(random.below(60'000'000))));
  EXPECT_LT(queue.in_order(), 100U) << "else each step costs more the more there are";
  EXPECT_EQ(queue.entries(), slots);
  Instant last{};
  std::size_t taken = 0;
  for (Instant next = queue.next(); queue.pop_due(next); next = queue.next()) {
    EXPECT_GE(next, last);
    last = next;
    ++taken;
  }
  EXPECT_EQ(taken, slots);
}

TEST(DeadlineQueue, PaysForAnEarlierDeadlineOnlyWhatOthersHaveBroughtIn) {
  constexpr std::uint32_t crowd = 10'000;
  DeadlineQueue queue;
  for (std::uint32_t slot = 0; slot < crowd; ++slot) queue.set(slot, Instant{} + hours{1});
  for (std::int64_t moment = 1; moment <= 1000; ++moment) {  // all of them filed again each time would be ten million
    queue.set(crowd, at(moment * 1'000'000));
    // The crowd is filed again, until there is nothing left to pay with: then it stays where it is.
    if (moment == 1 || moment == 1000) {
      EXPECT_EQ(queue.in_order(), moment == 1 ? 1U : crowd + 1) << moment;
    }
    ASSERT_EQ(queue.pop_due(at(moment * 1'000'000)), std::optional<std::uint32_t>{crowd});
  }
  EXPECT_EQ(drain(queue, Instant{} + hours{1}).size(), crowd);
}

/// Deadlines from now to many days ahead; time goes on to the next one.
TEST(DeadlineQueue, AgreesWithASortedSetOverManySteps) {
  constexpr std::uint32_t slots = 300;
  DeadlineQueue queue;
  std::set<std::pair<Instant, std::uint32_t>> oracle;
  std::vector<Instant> known(slots, kNever);
  Xorshift random;
  Instant now{};
  for (int step = 0; step < 200'000; ++step) {
    const auto slot = static_cast<std::uint32_t>(random.below(slots));
    const Duration ahead{static_cast<std::int64_t>(random.next() >> (20 + random.below(40)))};
    const Instant wanted = random.below(8) == 0 ? kNever : now + ahead;
    oracle.erase({known[slot], slot});
    if (wanted != kNever) oracle.insert({wanted, slot});
    known[slot] = wanted;
    queue.set(slot, wanted);
    ASSERT_EQ(queue.size(), oracle.size());
    ASSERT_EQ(queue.next(), oracle.empty() ? kNever : oracle.begin()->first);
    if (random.below(4) != 0 || oracle.empty()) continue;
    ASSERT_FALSE(queue.pop_due(oracle.begin()->first - Duration{1}));
    now = oracle.begin()->first;
    ASSERT_EQ(queue.pop_due(now), oracle.begin()->second);
    known[oracle.begin()->second] = kNever;
    oracle.erase(oracle.begin());
  }
}

TEST(DeadlineQueue, KeepsNoMoreThanAFewEntriesOfASlotThatMovesNearerAgainAndAgain) {
  constexpr std::uint32_t slots = 100;
  DeadlineQueue queue;
  queue.resize(slots);
  for (int nearer = 1000; nearer > 0; --nearer)
    for (std::uint32_t slot = 0; slot < slots; ++slot) queue.set(slot, Instant{} + seconds{nearer});
  EXPECT_LE(queue.entries(), 4 * slots);
  EXPECT_EQ(queue.size(), slots);
  EXPECT_EQ(queue.next(), Instant{} + seconds{1});
  EXPECT_EQ(drain(queue, Instant{} + seconds{1}).size(), slots);
  EXPECT_EQ(queue.next(), kNever);
}

}  // namespace
}  // namespace fleetsim::platform
