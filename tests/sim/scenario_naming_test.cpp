#include <gtest/gtest.h>

#include "sim/scenario/device_naming.hpp"

namespace fleetsim::sim {
namespace {

TEST(DeviceNaming, ADerivedNameIsThePrefixAndAPaddedIndex) {
  EXPECT_EQ(derived_device_name("meter-", 42), "meter-000042");
  EXPECT_EQ(derived_device_name("m", 12345678), "m12345678");
}

TEST(DeviceNaming, ANameIsComparedAsItIsMade) {
  for (const std::uint64_t index :
       {std::uint64_t{0}, std::uint64_t{42}, std::uint64_t{999'999}, std::uint64_t{1'000'000}, ~std::uint64_t{0}}) {
    const std::string name = derived_device_name("meter-", index);
    EXPECT_TRUE(is_derived_name("meter-", index, name)) << name;
    EXPECT_FALSE(is_derived_name("meter-", index - 1, name)) << name;
    EXPECT_FALSE(is_derived_name("valve-", index, name)) << name;
    EXPECT_FALSE(is_derived_name("meter-", index, name + "0")) << name;
  }
  EXPECT_EQ(derived_device_name("", ~std::uint64_t{0}), "18446744073709551615");
  EXPECT_FALSE(is_derived_name("meter-", 42, "meter-42"));
}

TEST(DeviceNaming, OnlyANameThatAnIndexHasLeadsBackToIt) {
  EXPECT_EQ(derived_index("meter-", "meter-000042"), 42U);
  EXPECT_EQ(derived_index("m", "m12345678"), 12345678U);
  EXPECT_EQ(derived_index("meter-", "valve-000042"), std::nullopt);
  EXPECT_EQ(derived_index("meter-", "meter-"), std::nullopt);
  EXPECT_EQ(derived_index("meter-", "meter-42"), std::nullopt) << "too few digits";
  EXPECT_EQ(derived_index("meter-", "meter-0000042"), std::nullopt) << "too many";
  EXPECT_EQ(derived_index("meter-", "meter-00004x"), std::nullopt);
  EXPECT_EQ(derived_index("meter-", "meter-99999999999999999999"), std::nullopt) << "more than 64 bits";
}

TEST(DeviceNaming, ADeviceIsNamedByItsNameAloneOrWithItsProduct) {
  EXPECT_TRUE(names_device("dev", "a1PK", "dev"));
  EXPECT_TRUE(names_device("a1PK/dev", "a1PK", "dev"));
  EXPECT_FALSE(names_device("a1PX/dev", "a1PK", "dev"));
  EXPECT_FALSE(names_device("a1PK-dev", "a1PK", "dev"));
  EXPECT_FALSE(names_device("a1PK/dew", "a1PK", "dev"));
  EXPECT_FALSE(names_device("", "a1PK", "dev"));
}

}  // namespace
}  // namespace fleetsim::sim
