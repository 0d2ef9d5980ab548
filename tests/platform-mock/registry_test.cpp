#include "platform-mock/core/registry.hpp"

#include <string>

#include "tests/platform-mock/placement_world.hpp"

namespace fleetsim::platform {
namespace {

TEST(Registry, FindsADeviceByProductKeyAndNameOnly) {
  const PlacementWorld world;
  EXPECT_TRUE(world.registry.find_device(test_product, "dev1").has_value());
  EXPECT_FALSE(world.registry.find_device(test_product, "dev9").has_value());
  EXPECT_FALSE(world.registry.find_device("a1TestPK002", "dev1").has_value());
  EXPECT_FALSE(world.registry.find_device("", "").has_value());
}

TEST(Registry, TheSameNameInTwoProductsIsTwoDevices) {
  PlacementWorld world;
  ProductConfig second = world.config.products.front();
  second.key = ProductKey{"a1TestPK002"};
  ASSERT_FALSE(world.registry.add_product(second).has_value());
  const auto one = world.registry.find_device(test_product, "dev1");
  const auto other = world.registry.find_device("a1TestPK002", "dev1");
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->value, other->value);
}

TEST(Registry, KeepsEveryDeviceFindableWhileItGrows) {
  PlacementWorld world;
  constexpr std::uint32_t count = 20000;
  for (std::uint32_t i = 0; i < count; ++i)
    ASSERT_FALSE(world.registry.add_device(test_product, "grown-" + std::to_string(i), "secret").has_value());
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto found = world.registry.find_device(test_product, "grown-" + std::to_string(i));
    ASSERT_TRUE(found.has_value());
    ASSERT_EQ(world.registry.device(*found).name, "grown-" + std::to_string(i));
  }
}

TEST(Registry, HoldsADeviceInTwoHundredAndFiftyBytes) {
  PlacementWorld world;
  constexpr std::size_t count = 100000;
  world.registry.reserve_devices(count + 8);
  for (std::size_t i = 0; i < count; ++i)
    ASSERT_FALSE(world.registry.add_device(test_product, "load-device-" + std::to_string(i), std::string(32, 's')).has_value());
  EXPECT_LE(world.registry.device_bytes() / count, 250U);
}

TEST(Registry, RefusesWhatItCannotName) {
  PlacementWorld world;
  using Error = Registry::AddError;
  EXPECT_EQ(world.registry.add_device("a1NoProduct", "dev1", "s"), Error::unknown_product);
  EXPECT_EQ(world.registry.add_device(test_product, "dev1", "s"), Error::device_exists);
  EXPECT_EQ(world.registry.add_device(test_product, "abc", "s"), Error::bad_name);
  EXPECT_EQ(world.registry.add_device(test_product, std::string(33, 'a'), "s"), Error::bad_name);
  EXPECT_EQ(world.registry.add_device(test_product, "dev/1", "s"), Error::bad_name);
  EXPECT_FALSE(world.registry.add_device(test_product, std::string(32, 'a'), "s").has_value());
  EXPECT_FALSE(world.registry.add_device(test_product, "a-_.@:", "s").has_value());
  ProductConfig product = world.config.products.front();
  EXPECT_EQ(world.registry.add_product(product), Error::product_exists);
  product.key = ProductKey{"a1/PK"};
  EXPECT_EQ(world.registry.add_product(product), Error::bad_name);
  product.key = ProductKey{"a1TestPK003"};
  product.instance = InstanceId{"iot-nowhere"};
  EXPECT_EQ(world.registry.add_product(product), Error::unknown_instance);
}

TEST(Registry, AProductWithOneBadDeviceRegistersNothing) {
  PlacementWorld world;
  const std::size_t before = world.registry.device_count();
  ProductConfig product = world.config.products.front();
  product.key = ProductKey{"a1TestPK004"};
  product.devices.push_back({DeviceName{"dev1"}, "again"});
  EXPECT_EQ(world.registry.add_product(product), Registry::AddError::device_exists);
  EXPECT_FALSE(world.registry.find_product("a1TestPK004").has_value());
  EXPECT_EQ(world.registry.device_count(), before);
}

TEST(Registry, ADeviceStartsInactiveAtItsProductsInstance) {
  const PlacementWorld world;
  const DeviceRecord& record = world.registry.device(world.device("dev1"));
  EXPECT_EQ(std::get<Bound>(record.placement).at, world.at(shanghai));
  EXPECT_FALSE(record.activated);
  EXPECT_EQ(world.registry.residence(world.device("dev1"), world.place(shanghai)), nullptr);
}

TEST(Registry, WhatADeviceDidAtAnInstanceStaysThereUntilItReturns) {
  PlacementWorld world;
  const DeviceIndex device = world.device("dev1");
  world.registry.activate(device);
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  EXPECT_FALSE(world.registry.device(device).activated);
  world.commit("dev1", singapore);
  EXPECT_TRUE(world.registry.device(device).activated);
  ASSERT_NE(world.registry.residence(device, world.place(shanghai)), nullptr);
  EXPECT_TRUE(world.registry.residence(device, world.place(shanghai))->activated);
  world.must_create(PlacementWorld::region_request(shanghai, {"dev1"}, singapore));
  world.commit("dev1", shanghai);
  EXPECT_EQ(world.registry.residence(device, world.place(shanghai))->stays, 2U);
  EXPECT_EQ(world.registry.residence(device, world.place(singapore))->stays, 1U);
  EXPECT_EQ(world.registry.residence(device, world.place(frankfurt)), nullptr);
}

TEST(Registry, AnInstanceNeverConnectedToKeepsAnInactiveResidence) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  ASSERT_NE(world.registry.residence(world.device("dev1"), world.place(shanghai)), nullptr);
  EXPECT_FALSE(world.registry.residence(world.device("dev1"), world.place(shanghai))->activated);
}

TEST(Registry, AProductIsSeenWhereItWasDistributedTo) {
  PlacementWorld world;
  const ProductIndex product = *world.registry.find_product(test_product);
  EXPECT_TRUE(world.registry.visible_at(product, world.place(shanghai)));
  EXPECT_FALSE(world.registry.visible_at(product, world.place(singapore)));
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  EXPECT_TRUE(world.registry.visible_at(product, world.place(singapore)));
  EXPECT_FALSE(world.registry.visible_at(product, world.place(frankfurt)));
}

}  // namespace
}  // namespace fleetsim::platform
