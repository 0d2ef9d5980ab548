#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <vector>

#include "devicecore/coarse_time.hpp"
#include "devicecore/publish_table.hpp"
#include "devicecore/subscribe_table.hpp"

namespace fleetsim::device {
namespace {

struct Row {
  mqtt::PacketId id;
  Token token;
  bool owed;
  bool operator==(const Row&) const = default;
};

TEST(PublishTable, KeepsOrderAndMarksWhateverIsErasedWherever) {
  struct alignas(std::max_align_t) Block {
    std::array<std::uint8_t, sizeof(WaitingPublish)> bytes;
  };
  std::vector<Block> blocks(PublishTable::capacity);
  std::vector<std::uint8_t*> free_blocks;
  for (Block& block : blocks) free_blocks.push_back(block.bytes.data());
  PublishTable table;
  std::vector<Row> model;
  mqtt::PacketId next = 1;
  std::uint32_t random = 12345;
  for (int round = 0; round < 5000; ++round) {
    random = random * 1664525U + 1013904223U;
    const std::uint32_t choice = random >> 16;
    if (choice % 2 == 0 && !table.full()) {
      table.push(next, next + 100U, free_blocks.back(), {});
      free_blocks.pop_back();
      model.push_back({next, next + 100U, false});
      ++next;
    } else if (!model.empty()) {
      const std::size_t slot = (choice / 2) % model.size();
      if (choice % 3 == 0) {
        table.owe(*table.find(model[slot].id));
        model[slot].owed = true;
      } else {
        free_blocks.push_back(table.take(*table.find(model[slot].id)));
        model.erase(model.begin() + static_cast<std::ptrdiff_t>(slot));
      }
    }
    std::vector<Row> rows;
    for (const WaitingPublish& publish : table) rows.push_back({publish.id, publish.token, publish.owed()});
    ASSERT_EQ(table.size(), model.size());
    ASSERT_EQ(rows, model) << "round " << round;
    bool any = false;
    for (const Row& row : model) any = any || row.owed;
    ASSERT_EQ(table.any_owed(), any);
  }
  EXPECT_EQ(table.find(0), nullptr);
}

TEST(SubscribeTable, TellsSubscribeFromUnsubscribe) {
  SubscribeTable table;
  table.add(7, 1, SubscribeTable::Kind::subscribe, {});
  table.add(8, 2, SubscribeTable::Kind::unsubscribe, {});
  EXPECT_EQ(table.find(7, SubscribeTable::Kind::unsubscribe), SubscribeTable::capacity);
  EXPECT_EQ(table.token(table.find(8, SubscribeTable::Kind::unsubscribe)), 2U);
  EXPECT_TRUE(table.has(7));
  table.erase(table.find(7, SubscribeTable::Kind::subscribe));
  EXPECT_FALSE(table.has(7));
}

TEST(CoarseTime, IsExactToTheMillisecondAcrossItsWrap) {
  constexpr std::int64_t wrap_ms = std::int64_t{1} << 32;
  for (const std::int64_t start_ms : {std::int64_t{0}, wrap_ms - 5, wrap_ms * 3 - 1}) {
    const Instant start{std::chrono::microseconds{start_ms * 1000 + 999}};
    const CoarseTime coarse = CoarseTime::of(start);
    const Instant later = start + std::chrono::seconds{10};
    EXPECT_EQ(coarse.elapsed_ms(start), 0U);
    EXPECT_EQ(coarse.elapsed_ms(later), 10'000U);
    EXPECT_EQ(coarse.expand(later), Instant{std::chrono::milliseconds{start_ms}});
  }
}

}  // namespace
}  // namespace fleetsim::device
