// What is removed leaves a tombstone; accounts and their keys; products with their devices.
#include "tests/platform-mock/rules_world.hpp"

namespace fleetsim::platform {
namespace {

TEST(RegistryRemoval, ARemovedDeviceIsNotFoundAndItsNameIsFree) {
  RulesWorld world;
  const DeviceIndex old = world.device("dev1");
  world.registry.remove_device(old);
  EXPECT_FALSE(world.registry.find_device(test_product, "dev1").has_value());
  EXPECT_TRUE(world.registry.device(old).removed);
  EXPECT_TRUE(world.registry.device(old).secret.empty());
  ASSERT_FALSE(world.registry.add_device(test_product, "dev1", "other", moment(5s)).has_value());
  EXPECT_NE(world.device("dev1"), old) << "an index is never given away again";
  EXPECT_EQ(world.registry.device(world.device("dev1")).created, moment(5s));
}

TEST(RegistryRemoval, EveryOtherDeviceIsStillFoundWhateverStoodBehindIt) {
  RulesWorld world;
  constexpr int count = 3000;
  const auto name = [](int i) { return "churn-" + std::to_string(i); };
  for (int i = 0; i < count; ++i) ASSERT_FALSE(world.registry.add_device(test_product, name(i), "s").has_value());
  for (int i = 0; i < count; i += 3) world.registry.remove_device(world.device(name(i)));
  for (int i = 0; i < count; ++i) EXPECT_EQ(world.registry.find_device(test_product, name(i)).has_value(), i % 3 != 0) << i;
  world.registry.reserve_devices(20000);
  for (int i = 0; i < count; ++i) EXPECT_EQ(world.registry.find_device(test_product, name(i)).has_value(), i % 3 != 0) << i;
}

TEST(RegistryRemoval, AProductListsItsDevicesInTheOrderOfTheirRegistration) {
  RulesWorld world;
  const DeviceIndex third = world.device("dev3");
  world.registry.remove_device(third);
  ASSERT_FALSE(world.registry.add_device(test_product, "dev3", "s").has_value());
  std::vector<std::string> names;
  for (const DeviceIndex device : world.registry.devices_of(world.product())) names.push_back(world.registry.device(device).name);
  EXPECT_EQ(names, (std::vector<std::string>{"dev1", "dev2", "dev4", "dev5", "dev6", "dev7", "dev8", "dev3"}));
}

TEST(RegistryListing, CountsADeviceWhereItIsListed) {
  RulesWorld world;
  const Place home = world.place(shanghai, makers);
  const Place away = world.place(singapore, makers);
  const auto counted = [&](const Place& place) {
    std::size_t walked = 0;
    for (const DeviceIndex device : world.registry.devices_of(world.product()))
      if (world.registry.device(device).listed_at() == place) ++walked;
    EXPECT_EQ(world.registry.devices_listed(world.product(), place), walked);
    return walked;
  };
  EXPECT_EQ(counted(home), 8U);
  EXPECT_EQ(counted(away), 0U);
  world.registry.start_handover(world.device("dev1"), JobIndex{0}, away);
  EXPECT_EQ(counted(home), 7U);
  EXPECT_EQ(counted(away), 1U) << "at once, though it resides where it comes from until it commits";
  EXPECT_EQ(world.registry.device(world.device("dev1")).resides_at(), home);
  EXPECT_TRUE(world.registry.device(world.device("dev1")).is_awaited());
  world.registry.bind(world.device("dev1"), away);
  EXPECT_EQ(counted(home), 7U);
  EXPECT_EQ(counted(away), 1U);
  EXPECT_FALSE(world.registry.device(world.device("dev1")).is_awaited());
  world.registry.start_handover(world.device("dev3"), JobIndex{0}, away);
  world.registry.end_handover(world.device("dev3"));
  EXPECT_EQ(counted(home), 7U) << "where it comes from again";
  world.registry.start_handover(world.device("dev4"), JobIndex{0}, home);
  EXPECT_EQ(counted(home), 7U) << "nearest access has not decided";
  world.registry.remove_device(world.device("dev2"));
  world.registry.remove_device(world.device("dev1"));
  EXPECT_EQ(counted(home), 6U);
  EXPECT_EQ(counted(away), 0U);
  ASSERT_FALSE(world.registry.add_device(test_product, "dev2", "s").has_value());
  EXPECT_EQ(counted(home), 7U);
}

TEST(RegistryRemoval, AProductGoesWhenItsDevicesHaveGone) {
  RulesWorld world;
  const ProductIndex product = world.product();
  EXPECT_FALSE(world.registry.remove_product(product));
  for (int i = 1; i <= 8; ++i) world.registry.remove_device(world.device("dev" + std::to_string(i)));
  EXPECT_TRUE(world.registry.remove_product(product));
  EXPECT_FALSE(world.registry.find_product(test_product).has_value());
  EXPECT_TRUE(world.registry.products_at(world.place(shanghai, makers)).empty());
  ASSERT_FALSE(world.registry.add_product(world.config.products.front()).has_value());
  EXPECT_NE(world.product(), product);
}

TEST(Accounts, AreFoundByIdByNameAndByKey) {
  PlatformConfig config = placement_config();
  config.accounts[1].access_keys = {{"LTAI-one", "secret-one"}, {"LTAI-two", "secret-two"}};
  config.accounts.push_back({AccountId{"198002"}, ""});
  const RulesWorld world(config);
  EXPECT_EQ(world.registry.find_account_by_name("others"), world.account(others));
  EXPECT_FALSE(world.registry.find_account_by_name("").has_value());
  EXPECT_FALSE(world.registry.find_account("none").has_value());
  const auto owner = world.registry.accounts().find_access_key("LTAI-two");
  ASSERT_TRUE(owner.has_value());
  EXPECT_EQ(owner->account, world.account(others));
  EXPECT_EQ(owner->secret, "secret-two");
  EXPECT_FALSE(world.registry.accounts().find_access_key("LTAI-three").has_value());
}

TEST(Accounts, DoNotShareNamesOrKeys) {
  PlatformConfig config = placement_config();
  config.accounts[0].access_keys = {{"LTAI-one", "s"}};
  config.accounts[1].name = config.accounts[0].name;
  config.accounts[1].access_keys = {{"LTAI-one", "s"}, {"LTAI-two", ""}};
  std::vector<std::string> paths;
  for (const ConfigProblem& problem : problems_of(config)) paths.push_back(problem.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"accounts[1].name", "accounts[1].access_keys[0].id", "accounts[1].access_keys[1].secret"}));
}

TEST(Accounts, AnEnterpriseInstanceServesItsOwnerAlone) {
  const RulesWorld world;
  EXPECT_TRUE(world.registry.instance(world.at(own_enterprise)).serves(world.account(makers)));
  EXPECT_FALSE(world.registry.instance(world.at(own_enterprise)).serves(world.account(others)));
  EXPECT_TRUE(world.registry.instance(world.at(shanghai)).serves(world.account(others)));
}

}  // namespace
}  // namespace fleetsim::platform
