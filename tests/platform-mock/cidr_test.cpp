#include <gtest/gtest.h>
#include <string>

#include "platform-mock/core/cidr_table.hpp"

namespace fleetsim::platform {
namespace {

IpAddress address_in(std::string_view text) { return *IpAddress::parse(text); }

TEST(CidrBlock, ReadsBothFamiliesAndClearsWhatIsBehindThePrefix) {
  EXPECT_EQ(CidrBlock::parse("203.0.113.77/24")->text(), "203.0.113.0/24");
  EXPECT_EQ(CidrBlock::parse("203.0.113.77")->text(), "203.0.113.77/32");
  EXPECT_EQ(CidrBlock::parse("0.0.0.0/0")->text(), "0.0.0.0/0");
  EXPECT_EQ(CidrBlock::parse("2001:db8:1:2::5/32")->text(), "2001:db8::/32");
  EXPECT_EQ(CidrBlock::parse("2001:db8::1")->text(), "2001:db8::1/128");
  EXPECT_EQ(CidrBlock::parse("::/0")->text(), "::/0");
  EXPECT_EQ(CidrBlock::parse("10.255.255.255/9")->text(), "10.128.0.0/9");
}

TEST(CidrBlock, RefusesWhatIsNoBlock) {
  for (const char* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8 ", "10.0.0/8", "::/129",
                           "2001:db8::/1000", "10.0.0.0/8/8", "ten/8"})
    EXPECT_FALSE(CidrBlock::parse(text).has_value()) << text;
}

TEST(CidrBlock, ContainsItsFirstAndLastAddressAndNoNeighbour) {
  const CidrBlock block = *CidrBlock::parse("198.51.100.64/26");
  EXPECT_TRUE(block.contains(address_in("198.51.100.64")));
  EXPECT_TRUE(block.contains(address_in("198.51.100.127")));
  EXPECT_FALSE(block.contains(address_in("198.51.100.63")));
  EXPECT_FALSE(block.contains(address_in("198.51.100.128")));
  EXPECT_TRUE(block.contains(address_in("::ffff:198.51.100.65"))) << "v4-mapped is the same address";
  EXPECT_FALSE(CidrBlock::parse("0.0.0.0/0")->contains(address_in("2001:db8::1"))) << "all of IPv4 is not IPv6";
}

TEST(CidrTable, TakesTheLongestBlockWhateverTheOrderTheyCameIn) {
  for (const bool reversed : {false, true}) {
    CidrTable table;
    std::vector<std::pair<const char*, const char*>> blocks = {
        {"10.0.0.0/8", "A"}, {"10.1.0.0/16", "B"}, {"10.1.2.0/24", "C"}, {"10.1.2.3/32", "D"}, {"2001:db8::/32", "E"}};
    if (reversed) blocks = {blocks.rbegin(), blocks.rend()};
    for (const auto& [cidr, label] : blocks) ASSERT_FALSE(table.add(cidr, label).has_value());
    EXPECT_EQ(table.find(address_in("10.9.9.9")), "A");
    EXPECT_EQ(table.find(address_in("10.1.9.9")), "B");
    EXPECT_EQ(table.find(address_in("10.1.2.9")), "C");
    EXPECT_EQ(table.find(address_in("10.1.2.3")), "D");
    EXPECT_EQ(table.find(address_in("2001:db8:ffff::1")), "E");
    EXPECT_FALSE(table.find(address_in("11.0.0.0")).has_value());
    EXPECT_FALSE(table.find(address_in("2001:db9::1")).has_value());
  }
}

TEST(CidrTable, SaysWhyABlockWasNotAdded) {
  CidrTable table;
  EXPECT_EQ(table.add("10.0.0.0/40", "A"), CidrTable::AddError::malformed);
  EXPECT_FALSE(table.add("10.0.0.0/8", "A").has_value());
  EXPECT_EQ(table.add("10.7.7.7/8", "B"), CidrTable::AddError::present);
  EXPECT_EQ(table.find(address_in("10.1.1.1")), "A");
  EXPECT_EQ(table.size(), 1U);
}

TEST(CidrTable, AnEmptyOneTrustsNobody) {
  const CidrTable table;
  EXPECT_FALSE(table.contains(address_in("127.0.0.1")));
}

TEST(CidrTable, AgreesWithTryingEveryBlock) {
  CidrTable table;
  std::vector<CidrBlock> blocks;
  std::uint32_t state = 12345;
  const auto draw = [&state] { return state = state * 1664525U + 1013904223U; };
  for (int i = 0; i < 300; ++i) {
    const auto prefix = static_cast<std::uint8_t>(96 + 4 + (draw() >> 16) % 25);
    const CidrBlock block{masked(IpAddress::from_v4((draw() >> 8) << 8), prefix), prefix};
    if (!table.add(block.text(), block.text())) blocks.push_back(block);
  }
  for (int i = 0; i < 3000; ++i) {
    const IpAddress wanted = IpAddress::from_v4(draw() ^ (draw() >> 16));
    const CidrBlock* longest = nullptr;
    for (const CidrBlock& block : blocks)
      if (block.contains(wanted) && (longest == nullptr || block.prefix_bits > longest->prefix_bits)) longest = &block;
    const auto found = table.find(wanted);
    ASSERT_EQ(found.has_value(), longest != nullptr);
    if (longest != nullptr) {
      ASSERT_EQ(*found, longest->text());
    }
  }
}

}  // namespace
}  // namespace fleetsim::platform
