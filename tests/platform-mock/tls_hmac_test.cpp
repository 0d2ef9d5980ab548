// HMAC for the platform over OpenSSL: the published vectors, and the kept contexts leave no trace from one call to the next.
#include <array>
#include <gtest/gtest.h>
#include <string>

#include "platform-mock/server/openssl_hmac.hpp"

namespace fleetsim::platform {
namespace {

std::string hex(ByteView bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::string mac(OpensslHmac& hmac, HmacMethod method, const std::string& key, const std::string& content) {
  std::array<std::uint8_t, kHmacBytesMax> out{};
  const HmacPort port = hmac.port();
  const std::size_t size = port.compute(port.context, method, bytes_of(key), bytes_of(content), out);
  return hex(ByteView{out}.first(size));
}

TEST(OpensslHmac, GivesTheVectorsOfRfc2202AndRfc4231) {
  OpensslHmac hmac;
  // RFC 2202 §2 case 2, §3 case 2; RFC 4231 §4.3.
  EXPECT_EQ(mac(hmac, HmacMethod::md5, "Jefe", "what do ya want for nothing?"), "750c783e6ab0b503eaa86e310a5db738");
  EXPECT_EQ(mac(hmac, HmacMethod::sha1, "Jefe", "what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(mac(hmac, HmacMethod::sha256, "Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(OpensslHmac, HashesAKeyLongerThanABlock) {
  OpensslHmac hmac;
  // RFC 2202 §2 case 6, §3 case 6 (80 bytes of 0xaa); RFC 4231 §4.7 (131 bytes).
  const std::string content = "Test Using Larger Than Block-Size Key - Hash Key First";
  EXPECT_EQ(mac(hmac, HmacMethod::md5, std::string(80, '\xaa'), content), "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
  EXPECT_EQ(mac(hmac, HmacMethod::sha1, std::string(80, '\xaa'), content), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
  EXPECT_EQ(mac(hmac, HmacMethod::sha256, std::string(131, '\xaa'), content),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(OpensslHmac, EachCallStartsAfresh) {
  OpensslHmac hmac;
  const std::string first = mac(hmac, HmacMethod::sha256, "key one", "content");
  EXPECT_NE(mac(hmac, HmacMethod::sha256, "key two", "content"), first);
  EXPECT_EQ(mac(hmac, HmacMethod::sha256, "key one", "content"), first);
  EXPECT_EQ(mac(hmac, HmacMethod::sha256, "", "").size(), 64u);
}

TEST(OpensslHmac, RefusesAnOutputThatIsTooShort) {
  OpensslHmac hmac;
  std::array<std::uint8_t, 31> small{};
  const HmacPort port = hmac.port();
  EXPECT_EQ(port.compute(port.context, HmacMethod::sha256, {}, {}, small), 0u);
}

}  // namespace
}  // namespace fleetsim::platform
