// Output that waits for a peer: order is kept, memory goes back.
#include <gtest/gtest.h>
#include <string>

#include "platform-mock/server/output_buffer.hpp"

namespace fleetsim::platform {
namespace {

TEST(OutputBuffer, KeepsTheOrderOverAnyPartialWrites) {
  ChunkPool pool;
  OutputBuffer buffer;
  std::string expected;
  std::string written;
  for (int i = 0; i < 3000; ++i) {
    const std::string part(static_cast<std::size_t>(i % 17 + 1), static_cast<char>('a' + i % 26));
    buffer.append(pool, bytes_of(part));
    expected += part;
    const std::size_t taken = std::min<std::size_t>(buffer.size(), static_cast<std::size_t>(i % 13));
    written += text_of(buffer.pending().first(taken));
    buffer.consume(pool, taken);
  }
  written += text_of(buffer.pending());
  EXPECT_EQ(written, expected);
  buffer.consume(pool, buffer.size());
  EXPECT_TRUE(buffer.empty());
  EXPECT_TRUE(buffer.pending().empty());
}

TEST(OutputBuffer, GrowsForOneBigPieceAndStartsSmallAgain) {
  ChunkPool pool;
  OutputBuffer buffer;
  const std::string big(1000000, 'b');
  buffer.append(pool, bytes_of("head"));
  buffer.append(pool, bytes_of(big));
  EXPECT_EQ(text_of(buffer.pending()), "head" + big);
  buffer.consume(pool, buffer.size());
  buffer.append(pool, bytes_of("x"));
  EXPECT_EQ(text_of(buffer.pending()), "x");
  buffer.release(pool);
  EXPECT_TRUE(buffer.empty());
}

TEST(OutputBuffer, SharesItsChunks) {
  ChunkPool pool;
  OutputBuffer first;
  first.append(pool, bytes_of("one"));
  const std::uint8_t* memory = first.pending().data();
  first.consume(pool, 3);
  OutputBuffer second;
  second.append(pool, bytes_of("two"));
  EXPECT_EQ(second.pending().data(), memory);
}

}  // namespace
}  // namespace fleetsim::platform
