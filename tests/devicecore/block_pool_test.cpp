#include "devicecore/block_pool.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace fleetsim::device {
namespace {

class BlockPoolTest : public ::testing::Test {
 protected:
  static constexpr BlockPool::Counts counts{.small = 2, .medium = 1, .large = 1, .huge = 1};
  std::vector<std::max_align_t> arena{BlockPool::arena_bytes(counts) / sizeof(std::max_align_t)};
  BlockPool pool{{reinterpret_cast<std::uint8_t*>(arena.data()), BlockPool::arena_bytes(counts)}, counts};
};
using BlockPoolDeathTest = BlockPoolTest;

TEST_F(BlockPoolTest, GivesTheSmallestBlockThatFits) {
  EXPECT_EQ(pool.acquire(1).size(), 256U);
  EXPECT_EQ(pool.acquire(256).size(), 256U);
  EXPECT_EQ(pool.acquire(257).size(), 1024U);
  EXPECT_EQ(pool.acquire(1025).size(), 8U * 1024);
  EXPECT_EQ(pool.acquire(8 * 1024 + 1).size(), 272U * 1024);
  EXPECT_EQ(pool.blocks_in_use(), 5U);
}

TEST_F(BlockPoolTest, FallsBackToALargerBlockAndAtLastToNothing) {
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 6; ++i) sizes.push_back(pool.acquire(10).size());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{256, 256, 1024, 8 * 1024, 272 * 1024, 0}));
}

TEST_F(BlockPoolTest, HasNothingBeyondTheLargestBlock) {
  EXPECT_TRUE(pool.acquire(BlockPool::largest_block_bytes + 1).empty());
  EXPECT_FALSE(pool.acquire(BlockPool::largest_block_bytes).empty());
}

TEST_F(BlockPoolTest, BlocksAreAlignedDisjointAndWhollyUsable) {
  std::vector<MutableBytes> blocks;
  for (int i = 0; i < 5; ++i) blocks.push_back(pool.acquire(10));
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(blocks[i].data()) % alignof(std::max_align_t), 0U);
    std::memset(blocks[i].data(), static_cast<int>(i + 1), blocks[i].size());
  }
  for (std::size_t i = 0; i < blocks.size(); ++i)
    for (const std::uint8_t byte : blocks[i]) ASSERT_EQ(byte, i + 1);
}

TEST_F(BlockPoolTest, AReleasedBlockIsUsedAgainBeforeAFreshOne) {
  std::uint8_t* const first = pool.acquire(10).data();
  pool.release(first);
  EXPECT_EQ(pool.blocks_in_use(), 0U);
  EXPECT_EQ(pool.acquire(10).data(), first);
}

TEST_F(BlockPoolTest, SurvivesAnyOrderOfReleases) {
  std::vector<std::uint8_t*> held;
  for (unsigned round = 0; round < 200; ++round) {
    if (const MutableBytes block = pool.acquire(10); !block.empty()) {
      std::memset(block.data(), 0xEE, block.size() < 1024 ? block.size() : 1024);
      held.push_back(block.data());
    }
    if (round % 3 == 0 || held.size() == 5) {
      const std::size_t victim = round % held.size();
      pool.release(held[victim]);
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(victim));
    }
    ASSERT_EQ(std::set<std::uint8_t*>(held.begin(), held.end()).size(), held.size());
    ASSERT_EQ(pool.blocks_in_use(), held.size());
  }
}

TEST(BlockPool, OfNoBlocksGivesNone) {
  BlockPool pool({}, {});
  EXPECT_TRUE(pool.acquire(1).empty());
}

TEST_F(BlockPoolDeathTest, TrapsOnForeignMisalignedFreshAndTwiceReleasedAddresses) {
  std::uint8_t outside = 0;
  EXPECT_DEATH(pool.release(&outside), "");
  EXPECT_DEATH(pool.release(nullptr), "");
  std::uint8_t* const block = pool.acquire(10).data();
  EXPECT_DEATH(pool.release(block + 1), "");
  EXPECT_DEATH(pool.release(block + 256), "") << "never handed out";
  pool.release(block);
  EXPECT_DEATH(pool.release(block), "");
}

TEST_F(BlockPoolDeathTest, TrapsOnAnArenaThatIsTooSmallOrMisaligned) {
  const MutableBytes bytes(reinterpret_cast<std::uint8_t*>(arena.data()), BlockPool::arena_bytes(counts));
  EXPECT_DEATH(BlockPool(bytes.first(bytes.size() - 1), counts), "");
  EXPECT_DEATH(BlockPool(bytes.subspan(1), {.small = 1}), "");
}

}  // namespace
}  // namespace fleetsim::device
