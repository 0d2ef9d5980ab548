// Addresses of devices: a function of (seed, index), inside the blocks asked for, never a reserved one.
#include "sim/world/address_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace fleetsim::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string text(const IpAddress& address) {
  std::array<char, IpAddress::text_bytes_max> room{};
  return std::string(address.format(room));
}

class TwoCountries final : public CountryBlocks {
 public:
  std::vector<AddressRange> blocks_of(std::string_view country) const override {
    if (country == "DE") return {{0x0afffff0, 0x0b00000f}, {0x55000000, 0x550000ff}};  // 10.255.255.240 - 11.0.0.15: half of it is private
    if (country == "SG") return {{0x67000000, 0x670000ff}};
    return {};
  }
};

TEST(AddressPlan, SpreadsOverLoopbackAddressesOnePerDevice) {
  const auto planner = AddressPlanner::make({}, 1, nullptr);
  ASSERT_TRUE(planner.ok());
  EXPECT_EQ(text(planner->address_of(0)), "127.0.1.1");
  EXPECT_EQ(text(planner->address_of(199)), "127.0.1.200");
  EXPECT_EQ(text(planner->address_of(200)), "127.0.1.1");
}

TEST(AddressPlan, DrawsFromRangesAlikeForTheSameSeedAndOtherwiseForAnother) {
  AddressPlan plan;
  plan.kind = AddressPlan::Kind::ranges;
  plan.ranges = {"203.0.113.0/24", "198.51.100.7/32"};
  plan.proxy = true;
  const auto one = AddressPlanner::make(plan, 1, nullptr);
  const auto again = AddressPlanner::make(plan, 1, nullptr);
  const auto other = AddressPlanner::make(plan, 2, nullptr);
  ASSERT_TRUE(one.ok());
  std::set<std::string> seen;
  int differ = 0;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    EXPECT_EQ(one->address_of(i), again->address_of(i));
    differ += one->address_of(i) == other->address_of(i) ? 0 : 1;
    seen.insert(text(one->address_of(i)));
  }
  EXPECT_GT(differ, 2900);
  EXPECT_EQ(seen.size(), 255u);  // .1 to .254 of the first block, and the lone address
  EXPECT_EQ(seen.count("203.0.113.0"), 0u);
  EXPECT_EQ(seen.count("203.0.113.255"), 0u);
  EXPECT_EQ(seen.count("198.51.100.7"), 1u);
}

TEST(AddressPlan, RefusesAddressesThatNoSocketHereCanHave) {
  AddressPlan plan;
  plan.kind = AddressPlan::Kind::ranges;
  plan.ranges = {"203.0.113.0/24"};
  EXPECT_THAT(AddressPlanner::make(plan, 1, nullptr).error(), HasSubstr("proxy: true"));
  plan.ranges = {"127.0.3.0/24"};
  EXPECT_TRUE(AddressPlanner::make(plan, 1, nullptr).ok());
  plan.ranges = {"203.0.113.0/33"};
  EXPECT_THAT(AddressPlanner::make(plan, 1, nullptr).error(), HasSubstr("no IPv4 block"));
}

TEST(AddressPlan, DrawsCountriesByWeightFromTheirRealBlocksOnly) {
  const TwoCountries blocks;
  AddressPlan plan;
  plan.kind = AddressPlan::Kind::countries;
  plan.countries = {{"DE", 3}, {"SG", 1}};
  plan.proxy = true;
  const auto planner = AddressPlanner::make(plan, 7, &blocks);
  ASSERT_TRUE(planner.ok()) << planner.error();
  std::map<std::string, int, std::less<>> drawn;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    const std::uint32_t address = planner->address_of(i).v4();
    const std::string_view country = planner->country_of(i);
    ++drawn[std::string(country)];
    EXPECT_EQ(country == "SG", address >> 24 == 0x67) << text(planner->address_of(i));
    EXPECT_NE(address >> 24, 0x0au) << "10/8 is private";
  }
  EXPECT_NEAR(drawn["DE"], 3000, 150);
  EXPECT_NEAR(drawn["SG"], 1000, 150);
}

TEST(AddressPlan, SaysWhichCountryHasNoAddresses) {
  const TwoCountries blocks;
  AddressPlan plan;
  plan.kind = AddressPlan::Kind::countries;
  plan.countries = {{"AQ", 1}};
  plan.proxy = true;
  EXPECT_THAT(AddressPlanner::make(plan, 7, &blocks).error(), HasSubstr("AQ"));
}

TEST(AddressPlan, CutsReservedBlocksOutOfARange) {
  const auto parts = without_reserved({0x09ffffff, 0x0b000001});
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].last, 0x09ffffffu);
  EXPECT_EQ(parts[1].first, 0x0b000000u);
  EXPECT_THAT(without_reserved({0x7f000001, 0x7f0000ff}), IsEmpty());
  EXPECT_THAT(without_reserved({0xe0000000, 0xffffffff}), IsEmpty());
  const auto whole = without_reserved({0x08080800, 0x080808ff});
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_EQ(whole[0].size(), 256u);
}

TEST(AddressPlan, KeepsTheEndsOfBlocksTooSmallToHaveNone) {
  EXPECT_EQ(parse_cidr("192.0.2.0/31")->size(), 2u);
  EXPECT_EQ(parse_cidr("192.0.2.9")->size(), 1u);
  EXPECT_EQ(parse_cidr("192.0.2.0/30")->size(), 2u);
  EXPECT_FALSE(parse_cidr("192.0.2.0/").ok());
  EXPECT_FALSE(parse_cidr("2001:db8::/32").ok());
}

}  // namespace
}  // namespace fleetsim::sim
