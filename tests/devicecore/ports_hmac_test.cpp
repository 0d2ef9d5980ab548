#include <array>
#include <gtest/gtest.h>
#include <string>

#include "devicecore/ports/mbedtls_hmac.hpp"
#include "tests/devicecore/wire_bytes.hpp"

namespace fleetsim::device {
namespace {

std::string mac_of(const HmacPort& port, HmacMethod method, ByteView key, ByteView content) {
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  const std::size_t bytes = port.compute(port.context, method, key, content, mac);
  return testing::hex(ByteView(mac).first(bytes));
}

TEST(MbedtlsHmac, MatchesThePublishedVectors) {  // RFC 2202 §2 and §3, RFC 4231 §4, case 2 of each
  MbedtlsHmac hmac;
  ASSERT_TRUE(hmac.ready());
  const ByteView key = bytes_of("Jefe");
  const ByteView content = bytes_of("what do ya want for nothing?");
  EXPECT_EQ(mac_of(hmac.port(), HmacMethod::md5, key, content), "750c783e6ab0b503eaa86e310a5db738");
  EXPECT_EQ(mac_of(hmac.port(), HmacMethod::sha1, key, content), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(mac_of(hmac.port(), HmacMethod::sha256, key, content), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(MbedtlsHmac, TakesKeysLongerThanABlock) {  // RFC 4231 §4.7
  MbedtlsHmac hmac;
  const testing::Bytes key(131, 0xaa);
  EXPECT_EQ(mac_of(hmac.port(), HmacMethod::sha256, key, bytes_of("Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(MbedtlsHmac, KeepsNothingFromOneMessageToTheNext) {
  MbedtlsHmac hmac;
  const std::string first = mac_of(hmac.port(), HmacMethod::sha1, bytes_of("k1"), bytes_of("one"));
  mac_of(hmac.port(), HmacMethod::sha1, bytes_of("k2"), bytes_of("two"));
  EXPECT_EQ(mac_of(hmac.port(), HmacMethod::sha1, bytes_of("k1"), bytes_of("one")), first);
  MbedtlsHmac fresh;
  EXPECT_EQ(mac_of(fresh.port(), HmacMethod::sha1, bytes_of("k1"), bytes_of("one")), first);
}

TEST(MbedtlsHmac, RefusesRoomThatIsTooShort) {
  MbedtlsHmac hmac;
  const HmacPort port = hmac.port();
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  for (const HmacMethod method : {HmacMethod::md5, HmacMethod::sha1, HmacMethod::sha256}) {
    const std::size_t bytes = hmac_bytes(method);
    EXPECT_EQ(port.compute(port.context, method, bytes_of("k"), bytes_of("c"), MutableBytes(mac).first(bytes - 1)), 0U);
    EXPECT_EQ(port.compute(port.context, method, bytes_of("k"), bytes_of("c"), MutableBytes(mac).first(bytes)), bytes);
  }
}

TEST(MbedtlsHmac, TakesAnEmptyContent) {
  MbedtlsHmac hmac;
  EXPECT_EQ(mac_of(hmac.port(), HmacMethod::md5, bytes_of("k"), {}).size(), 32U);
}

}  // namespace
}  // namespace fleetsim::device
