#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "devicecore/ports/mbedtls_hash.hpp"
#include "tests/devicecore/wire_bytes.hpp"

namespace fleetsim::device {
namespace {

std::string digest_of(HashMethod method, std::string_view first, std::string_view second = {}) {
  const HashPort port = mbedtls_hash();
  alignas(std::max_align_t) std::array<std::uint8_t, kHashStateBytesMax> state{};
  std::array<std::uint8_t, kHashBytesMax> digest{};
  EXPECT_TRUE(port.start(port.context, method, state));
  EXPECT_TRUE(port.update(port.context, method, state, bytes_of(first)));
  EXPECT_TRUE(port.update(port.context, method, state, bytes_of(second)));
  EXPECT_TRUE(port.finish(port.context, method, state, digest));
  return testing::hex(ByteView(digest).first(hash_bytes(method)));
}

TEST(MbedtlsHash, MatchesThePublishedVectors) {  // RFC 1321 §A.5; FIPS 180-2 §B.1
  EXPECT_EQ(digest_of(HashMethod::md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(digest_of(HashMethod::sha256, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(MbedtlsHash, PartsMakeTheSameDigest) {
  EXPECT_EQ(digest_of(HashMethod::md5, "a", "bc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(digest_of(HashMethod::sha256, "ab", "c"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(MbedtlsHash, TakesNoTooSmallMemory) {
  const HashPort port = mbedtls_hash();
  alignas(std::max_align_t) std::array<std::uint8_t, kHashStateBytesMax> state{};
  EXPECT_FALSE(port.start(port.context, HashMethod::md5, MutableBytes(state).first(16)));
  ASSERT_TRUE(port.start(port.context, HashMethod::sha256, state));
  std::array<std::uint8_t, 16> small{};
  EXPECT_FALSE(port.finish(port.context, HashMethod::sha256, state, small));
}

}  // namespace
}  // namespace fleetsim::device
