#include "platform-mock/core/nearest.hpp"

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <map>

#include "platform-mock/core/region_table.hpp"

namespace fleetsim::platform {
namespace {

class FixedCountries final : public CountryLookup {
 public:
  std::optional<std::string_view> country_of(const IpAddress& address) const override {
    ++asked;
    const auto at = countries.find(address);
    if (at == countries.end()) return std::nullopt;
    return at->second;
  }
  std::map<IpAddress, std::string> countries;
  mutable int asked = 0;
};

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

struct Candidates {
  explicit Candidates(const std::vector<std::string_view>& ids) {
    for (const std::string_view id : ids) {
      const DocumentedRegion* const region = documented_region(id);
      EXPECT_NE(region, nullptr) << id;
      regions.push_back({RegionId{region->id}, std::string{region->name}, region->location});
    }
    for (const RegionConfig& region : regions) pointers.push_back(&region);
  }
  std::vector<RegionConfig> regions;
  std::vector<const RegionConfig*> pointers;
};

TEST(GreatCircle, KnowsDistancesThatAtlasesHave) {
  const GeoPoint london{51.5074, -0.1278};
  const GeoPoint new_york{40.7128, -74.0060};
  EXPECT_NEAR(great_circle_km(london, new_york), 5570, 5);
  EXPECT_NEAR(great_circle_km({0, 0}, {0, 180}), 6371 * 3.14159265, 1);
  EXPECT_NEAR(great_circle_km({0, 179.5}, {0, -179.5}), 111.19, 0.1) << "across the date line is near";
  EXPECT_DOUBLE_EQ(great_circle_km(london, london), 0);
  EXPECT_DOUBLE_EQ(great_circle_km(london, new_york), great_circle_km(new_york, london));
}

TEST(CountryTable, KnowsCountriesAndNothingElse) {
  ASSERT_TRUE(country_location("DE").has_value());
  EXPECT_NEAR(country_location("DE")->latitude_deg, 52.5, 0.1);
  EXPECT_NEAR(country_location("BR")->longitude_deg, -46.6, 0.1) << "the principal city, not an island";
  EXPECT_NEAR(country_location("RU")->longitude_deg, 37.6, 0.1);
  EXPECT_TRUE(country_location("AD").has_value()) << "first row";
  EXPECT_TRUE(country_location("ZW").has_value()) << "last row";
  for (const char* code : {"", "D", "de", "DEU", "ZZ", "XX"}) EXPECT_FALSE(country_location(code).has_value()) << code;
}

TEST(NearestAccess, TakesTheRegionWithTheShortestWay) {
  FixedCountries countries;
  countries.countries = {{ip("192.0.2.1"), "DE"}, {ip("192.0.2.2"), "JP"}, {ip("192.0.2.3"), "BR"}, {ip("192.0.2.4"), "AU"}};
  const NearestAccess nearest({}, &countries, false);
  const Candidates candidates({"cn-shanghai", "ap-southeast-1", "eu-central-1", "us-east-1"});
  EXPECT_EQ(nearest.choose(ip("192.0.2.1"), candidates.pointers).index, 2U);
  EXPECT_EQ(nearest.choose(ip("192.0.2.2"), candidates.pointers).index, 0U);
  EXPECT_EQ(nearest.choose(ip("192.0.2.3"), candidates.pointers).index, 3U);
  EXPECT_EQ(nearest.choose(ip("192.0.2.4"), candidates.pointers).index, 1U);
}

/// What a math library's last bit may be decides nothing: a millimetre is a hundred thousand times as much.
TEST(NearestAccess, TakesTheFirstOfTwoThatAreEquallyFarWhateverTheLastBitSays) {
  GeoConfig config;
  config.countries = {{"NL", {51.0, 7.0}}};
  config.blocks = {{"192.0.2.0/24", "NL"}};
  const NearestAccess nearest(config, nullptr, false);
  const auto region = [](double latitude_deg) { return RegionConfig{RegionId{"cn-shanghai"}, "somewhere", {latitude_deg, 8.0}}; };
  const RegionConfig near = region(52.0);
  const RegionConfig nearer_by_a_last_bit = region(std::nextafter(52.0, 0.0));
  const RegionConfig nearer_by_ten_metres = region(51.9999);
  EXPECT_EQ(nearest.choose(ip("192.0.2.1"), std::array{&near, &nearer_by_a_last_bit}).index, 0U);
  EXPECT_EQ(nearest.choose(ip("192.0.2.1"), std::array{&nearer_by_a_last_bit, &near}).index, 0U);
  EXPECT_EQ(nearest.choose(ip("192.0.2.1"), std::array{&near, &nearer_by_ten_metres}).index, 1U);
}

TEST(NearestAccess, SaysTheCountryAndTheDistance) {
  FixedCountries countries;
  countries.countries = {{ip("192.0.2.1"), "DE"}};
  const NearestAccess nearest({}, &countries, false);
  const Candidates candidates({"cn-shanghai", "eu-central-1"});
  const NearestChoice choice = nearest.choose(ip("192.0.2.1"), candidates.pointers);
  EXPECT_EQ(choice.country, "DE");
  EXPECT_NEAR(choice.distance_km, 424, 10) << "Berlin to Frankfurt";
}

TEST(NearestAccess, BelievesConfiguredBlocksBeforeTheDatabaseAndTheLongestOfThemFirst) {
  FixedCountries countries;
  countries.countries = {{ip("10.1.2.3"), "US"}, {ip("10.9.9.9"), "US"}};
  GeoConfig config;
  config.blocks = {{"10.1.0.0/16", "DE"}, {"10.1.2.0/24", "JP"}};
  const NearestAccess nearest(config, &countries, false);
  const Candidates candidates({"us-east-1", "eu-central-1", "ap-northeast-1"});
  EXPECT_EQ(nearest.choose(ip("10.1.2.3"), candidates.pointers).country, "JP");
  EXPECT_EQ(nearest.choose(ip("10.1.9.9"), candidates.pointers).country, "DE");
  EXPECT_EQ(countries.asked, 0);
  EXPECT_EQ(nearest.choose(ip("10.9.9.9"), candidates.pointers).country, "US");
  EXPECT_EQ(countries.asked, 1);
}

TEST(NearestAccess, AnUnknownAddressTakesTheFallbackIfItIsThereElseTheFirst) {
  GeoConfig config;
  config.fallback = RegionId{"eu-central-1"};
  const NearestAccess nearest(config, nullptr, false);
  const NearestChoice there = nearest.choose(ip("192.0.2.9"), Candidates({"cn-shanghai", "eu-central-1"}).pointers);
  EXPECT_EQ(there.index, 1U);
  EXPECT_FALSE(there.country.has_value());
  EXPECT_EQ(nearest.choose(ip("192.0.2.9"), Candidates({"us-east-1", "cn-shanghai"}).pointers).index, 0U);
  EXPECT_EQ(NearestAccess({}, nullptr, false).choose(ip("192.0.2.9"), Candidates({"us-east-1", "eu-central-1"}).pointers).index, 0U);
}

TEST(NearestAccess, ACountryThatIsNowhereCountsAsUnknown) {
  FixedCountries countries;
  countries.countries = {{ip("192.0.2.1"), "EU"}};
  GeoConfig config;
  config.fallback = RegionId{"eu-central-1"};
  const NearestAccess nearest(config, &countries, false);
  const NearestChoice choice = nearest.choose(ip("192.0.2.1"), Candidates({"cn-shanghai", "eu-central-1"}).pointers);
  EXPECT_EQ(choice.index, 1U);
  EXPECT_FALSE(choice.country.has_value());
}

TEST(NearestAccess, AConfiguredCountryPointWinsOverTheTable) {
  GeoConfig config;
  config.blocks = {{"10.0.0.0/8", "US"}};
  config.countries = {{"US", {37.77, -122.42}}};
  const Candidates candidates({"us-east-1", "us-west-1"});
  EXPECT_EQ(NearestAccess(config, nullptr, false).choose(ip("10.0.0.1"), candidates.pointers).index, 1U);
  config.countries.clear();
  EXPECT_EQ(NearestAccess(config, nullptr, false).choose(ip("10.0.0.1"), candidates.pointers).index, 0U);
}

TEST(NearestAccess, EqualDistancesGoToTheEarlierCandidate) {
  GeoConfig config;
  config.blocks = {{"10.0.0.0/8", "DE"}};
  const NearestAccess nearest(config, nullptr, false);
  const RegionConfig a{RegionId{"a-east"}, "", {10, 10}};
  const RegionConfig b{RegionId{"b-east"}, "", {10, 10}};
  const std::vector<const RegionConfig*> one{&a, &b};
  const std::vector<const RegionConfig*> other{&b, &a};
  EXPECT_EQ(nearest.choose(ip("10.0.0.1"), one).index, 0U);
  EXPECT_EQ(nearest.choose(ip("10.0.0.1"), other).index, 0U);
}

TEST(NearestAccess, ThePlantedBugTakesTheFirst) {
  GeoConfig config;
  config.blocks = {{"10.0.0.0/8", "DE"}};
  const NearestAccess broken(config, nullptr, true);
  EXPECT_EQ(broken.choose(ip("10.0.0.1"), Candidates({"cn-shanghai", "eu-central-1"}).pointers).index, 0U);
}

TEST(RegionTable, NumbersAreThoseOfTheDeviceSdk) {
  EXPECT_EQ(documented_region(0U)->id, "cn-shanghai");
  EXPECT_EQ(documented_region(3U)->id, "us-east-1");
  EXPECT_EQ(documented_region(20U)->id, "me-east-1");
  EXPECT_EQ(documented_region(21U), nullptr);
  EXPECT_EQ(documented_region("cn-nowhere"), nullptr);
  EXPECT_EQ(documented_regions().size(), 21U);
}

}  // namespace
}  // namespace fleetsim::platform
