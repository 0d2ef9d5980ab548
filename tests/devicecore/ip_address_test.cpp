#include "devicecore/base/ip_address.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace fleetsim {
namespace {

std::string round_trip(std::string_view text) {
  const auto address = IpAddress::parse(text);
  if (!address) return "-";
  std::array<char, IpAddress::text_bytes_max> storage{};
  return std::string(address->format(storage));
}

TEST(IpAddress, DottedQuadsAreKeptMapped) {
  const auto address = IpAddress::parse("203.0.113.7");
  ASSERT_TRUE(address && address->is_v4());
  EXPECT_EQ(address->v4(), 0xcb007107U);
  EXPECT_EQ(*IpAddress::parse("::ffff:203.0.113.7"), *address);
  EXPECT_EQ(round_trip("255.255.255.255"), "255.255.255.255");
}

TEST(IpAddress, WritesTheShortestForm) {  // RFC 5952 §4
  EXPECT_EQ(round_trip("::"), "::");
  EXPECT_EQ(round_trip("0:0:0:0:0:0:0:1"), "::1");
  EXPECT_EQ(round_trip("2001:DB8:0:0:8:0:0:1"), "2001:db8::8:0:0:1");
  EXPECT_EQ(round_trip("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
  EXPECT_EQ(round_trip("1:0:0:0:0:0:0:0"), "1::");
  EXPECT_EQ(round_trip("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
}

TEST(IpAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
                           "12345::", "1:2:3:4:5:6:7:8:9", "g::", "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "::1:", "[::1]"})
    EXPECT_EQ(round_trip(text), "-") << text;
}

}  // namespace
}  // namespace fleetsim
