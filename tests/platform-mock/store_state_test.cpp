// What is kept comes back as it was, whenever the process ended.
#include <algorithm>
#include <chrono>

#include "platform-mock/core/placement_event.hpp"
#include "tests/platform-mock/store_world.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

PlatformConfig small_batches() {
  PlatformConfig config = placement_config();
  config.limits.devices_per_batch = 2;
  return config;
}

DistributeRequest to(std::string_view target, const std::vector<std::string>& devices) {
  return PlacementWorld::region_request(target, devices);
}

void fill_registry(StoredWorld& world) {
  const ProductIndex product = *world.registry.find_product(test_product);
  world.registry.rename_product(product, "Robert'); DROP TABLE device;--");
  ProductData& data = world.registry.product_data(product);
  data.node_type = NodeType::gateway;
  data.dynamic_registration = DynamicRegistration::on;
  data.description = "a \"quoted\" 'text' with ünïcode";
  data.tsl = R"({"properties":[]})";
  data.parsing_script = "function f() {}";
  data.topics = {{"/a/b/user/up", TopicOperation::both, "news", 7}, {"/a/b/user/down", TopicOperation::subscribe, "", 8}};
  world.registry.set_enabled(world.device("dev7"), false);
  world.registry.share(world.device("dev8"), {SharingKind::transferred, AccountIndex{1}});
  world.registry.activate(world.device("dev6"));
  world.distribution.firmware_grants().hand_over(AccountIndex{0}, AccountIndex{1}, "93230c3b");
  ASSERT_FALSE(world.registry.add_device(test_product, "gone", "secret"));
  world.registry.remove_device(world.device("gone"));
  ASSERT_FALSE(world.registry.add_device(test_product, "gone", "another"));
  ProductConfig empty;
  empty.key = ProductKey{"emptyPK"};
  empty.owner = AccountId{"198001"};
  empty.instance = InstanceId{singapore};
  ASSERT_FALSE(world.registry.add_product(empty));
  ASSERT_TRUE(world.registry.remove_product(*world.registry.find_product("emptyPK")));
}

void fill_things(StoredWorld& world) {
  const DeviceIndex device = world.device("dev6");
  const Place home = world.place(shanghai);
  world.things.went_online(device, home, 1000);
  world.things.went_offline(device, home, 2000);
  things::ThingData& thing = world.things.data(device, home);
  thing.properties.set("power", R"("on")", 1500, kept_of_a_device);
  things::ThingDetails& details = thing.details();
  ASSERT_TRUE(details.desired.set("power", "1", {}, 1, kept_of_a_device).ok());
  details.events.add("alarm", R"({"level":3})", 1600, kept_of_a_device);
  details.logs.add("", "a line; DELETE FROM device", 1601, kept_of_a_device);
  details.answers.add("reset", "{}", 1602, kept_of_a_device, 200);
  ASSERT_FALSE(
      details.shadow.apply({{"method", "update"}, {"state", {{"reported", {{"color", "red"}}}}}, {"version", 4}}, 17, kept_of_a_device));
  ASSERT_TRUE(details.set_version("default", "1.0.0", 5, kept_of_a_device));
  const std::vector<std::uint8_t> bytes = {0, 255, 39, 10};
  ASSERT_TRUE(details.add_file("core.bin", bytes, 6, kept_of_a_device));
  ASSERT_TRUE(world.things.labels(device).set_tags({{"room", "kitchen'"}}, kept_of_a_device));
  ASSERT_FALSE(world.things.groups().add({.id = "g1", .name = "hall", .place = home}, kept_of_a_device));
  ASSERT_TRUE(world.things.labels(device).join_group("g1", kept_of_a_device));
  world.things.topology().add(device, world.device("dev5"), 1500);
  world.things.topology().add(device, world.device("dev4"), 1500);
}

TEST(StoreState, EverythingComesBackAsItWas) {
  const StateFolder folder;
  std::string before;
  {
    StoredWorld world(folder.path(), small_batches());
    ASSERT_FALSE(world.problem) << world.problem->what;
    fill_registry(world);
    fill_things(world);
    world.registry.unshare(world.device("dev8"));
    world.create(to(singapore, {"dev1", "dev2", "dev3", "nobody"}), Instant{5s});  // stops after its first batch
    world.distribution.commit(world.device("dev1"), world.at(singapore), in_germany(), world.output);
    world.distribution.note(world.device("dev2"), HandoverStep::notified);
    world.registry.share(world.device("dev8"), {SharingKind::authorised, AccountIndex{1}});
    world.commit_store();
    before = world.text();
  }
  StoredWorld again(folder.path(), small_batches());
  ASSERT_FALSE(again.problem) << again.problem->what;
  EXPECT_EQ(again.text(), before);
  EXPECT_TRUE(again.violations().empty()) << again.violations().front();
  EXPECT_EQ(again.distribution.job(JobIndex{0}).outcomes[1].code, outcome_code::handed_over);
  EXPECT_EQ(again.distribution.job(JobIndex{0}).outcomes[2].code, outcome_code::waiting);
  EXPECT_TRUE(again.distribution.firmware_grants().has(AccountIndex{0}, AccountIndex{1}, "93230c3b"));
  EXPECT_EQ(again.things.topology().sub_devices_of(again.device("dev6")).size(), 2U);
}

TEST(StoreState, NearestAccessComesBackWithItsCounts) {
  const StateFolder folder;
  std::string before;
  {
    StoredWorld world(folder.path());
    world.create(PlacementWorld::nearest_request({frankfurt, virginia, shanghai}, {"dev1", "dev2"}));
    world.distribution.commit(world.device("dev1"), world.at(frankfurt), in_germany(), world.output);
    world.commit_store();
    before = world.text();
  }
  const StoredWorld again(folder.path());
  EXPECT_EQ(again.text(), before);
  EXPECT_EQ(again.distribution.nearest_reasons(JobIndex{0}).at("DE -> eu-central-1"), 1U);
}

TEST(StoreState, ADeviceThatIsSentOnBeforeItArrivesComesBackWhereItIsListed) {
  const StateFolder folder;
  std::string before;
  {
    StoredWorld world(folder.path());
    world.create(to(singapore, {"dev1", "dev2", "nobody"}));
    ASSERT_TRUE(
        world.things.data(world.device("dev1"), world.place(singapore)).details().desired.set("power", "1", {}, 1, kept_of_a_device).ok());
    world.commit_store();
    world.create(PlacementWorld::region_request(frankfurt, {"dev1"}, singapore));
    ASSERT_FALSE(world.distribution.delete_job(JobIndex{0}));
    ASSERT_FALSE(world.distribution.delete_job(JobIndex{1}));
    EXPECT_TRUE(world.violations().empty()) << world.violations().front();
    world.commit_store();
    before = world.text();
  }
  StoredWorld again(folder.path());
  EXPECT_EQ(again.text(), before);
  EXPECT_TRUE(again.violations().empty()) << again.violations().front();
  EXPECT_EQ(again.registry.device(again.device("dev1")).listed_at(), again.place(frankfurt));
  EXPECT_EQ(again.registry.device(again.device("dev2")).listed_at(), again.place(singapore));
  const ProductIndex product = *again.registry.find_product(test_product);
  EXPECT_EQ(again.registry.devices_listed(product, again.place(shanghai)), 6U);
  EXPECT_EQ(again.registry.devices_listed(product, again.place(singapore)), 1U);
  EXPECT_EQ(again.distribution.job(JobIndex{0}).devices, (std::vector{again.device("dev1"), again.device("dev2")}))
      << "a deleted job has lost its record, and not what it has done";
  EXPECT_TRUE(again.distribution.job(JobIndex{0}).outcomes.empty());
}

TEST(StoreState, AJobGoesOnWhereACrashCutItOff) {
  const StateFolder folder;
  const StateFolder crashed;
  {
    StoredWorld world(folder.path(), small_batches());
    world.create(to(singapore, {"dev1", "dev2", "dev3", "dev4", "dev5"}));
    world.commit_store();
    copy_state(folder.path(), crashed.path());
  }
  StoredWorld again(crashed.path(), small_batches());
  EXPECT_EQ(again.distribution.devices_in_handover(), 2U);
  while (again.distribution.next_deadline() <= Instant{}) again.distribution.advance(Instant{}, again.output);
  EXPECT_EQ(again.distribution.job(JobIndex{0}).state, JobState::distributed);
  EXPECT_EQ(again.distribution.devices_in_handover(), 5U);
  again.commit_store();
  EXPECT_EQ(text_after_crash(crashed.path()), again.text());
}

/// One step of a life that visits every kind of change.
void live(StoredWorld& world, int step) {
  const std::string name = "dev" + std::to_string(step % 8 + 1);
  const DeviceIndex device = world.device(name);
  const Instant now{std::chrono::seconds{step}};
  switch (step % 5) {
    case 0: {  // one that is on its way is sent on from where it is listed
      const InstanceIndex source = world.registry.device(device).listed_at().instance;
      const std::string_view target = source == world.at(singapore) ? virginia : singapore;
      world.create(PlacementWorld::region_request(target, {name}, world.registry.instance(source).config.id.view()), now);
      return;
    }
    case 1:
      for (int i = 1; i <= 8; ++i) {
        const DeviceIndex other = world.device("dev" + std::to_string(i));
        const auto* const under_way = handover_of(world.registry.device(other));
        if (under_way == nullptr) continue;
        world.distribution.commit(other, world.distribution.job(under_way->job).targets.front(), nowhere(), world.output);
        return;
      }
      return;
    case 2:
      world.things.data(device, world.registry.device(device).resides_at())
          .properties.set("n", std::to_string(step), step, kept_of_a_device);
      return;
    case 3:
      world.things.labels(device).set_tags({{"step", std::to_string(step)}}, kept_of_a_device);
      return;
    default:
      if (world.distribution.job_count() > 0) world.distribution.delete_job(JobIndex{0});
      return;
  }
}

TEST(StoreState, ACrashBetweenAnyTwoCommitsLosesNothingThatWasCommitted) {
  const StateFolder folder;
  StoredWorld world(folder.path());
  for (int step = 0; step < 40; ++step) {
    live(world, step);
    world.commit_store();
    ASSERT_EQ(text_after_crash(folder.path()), world.text()) << "after step " << step;
  }
  EXPECT_GT(world.distribution.commits(), 3U);
}

TEST(StoreState, WhatWasNotCommittedDidNotHappen) {
  const StateFolder folder;
  StoredWorld world(folder.path());
  const std::string before = world.text();
  world.create(to(singapore, {"dev1", "dev2"}));
  world.registry.set_enabled(world.device("dev3"), false);
  EXPECT_TRUE(world.store->unsaved());
  EXPECT_EQ(text_after_crash(folder.path()), before);
}

TEST(StoreState, TheConfigurationAddsWhatIsMissingAndContradictsNothing) {
  const StateFolder folder;
  {
    StoredWorld world(folder.path());
    world.registry.remove_device(world.device("dev8"));
    world.commit_store();
  }
  PlatformConfig changed = placement_config();
  changed.products[0].devices[0].secret = "changed";
  changed.products[0].devices.push_back({DeviceName{"dev9"}, "fresh"});
  const StoredWorld again(folder.path(), changed);
  ASSERT_FALSE(again.problem);
  EXPECT_EQ(again.registry.device(again.device("dev1")).secret, "secret");
  EXPECT_EQ(again.registry.device(again.device("dev9")).secret, "fresh");
  EXPECT_FALSE(again.registry.find_device(test_product, "dev8"));
  ASSERT_EQ(again.told.size(), 2U);
  EXPECT_EQ(again.told[0], "device \"dev1\" has another secret in the state folder, which counts");
  EXPECT_EQ(again.told[1], "device \"dev8\" was deleted and stays so");
}

TEST(StoreState, EachContradictionOfAProductIsTold) {
  const StateFolder folder;
  {
    StoredWorld world(folder.path());
    world.commit_store();
  }
  PlatformConfig changed = placement_config();
  ProductConfig& product = changed.products[0];
  const ProductConfig before = product;
  product.secret = "changed";
  product.owner = AccountId{"198001"};
  product.instance = InstanceId{singapore};
  product.node_type = NodeType::gateway;
  product.dynamic_registration = DynamicRegistration::on;
  const StoredWorld again(folder.path(), changed);
  ASSERT_FALSE(again.problem);
  const std::string name = "product \"" + std::string{test_product} + "\" has ";
  const std::vector<std::string> told = {
      name + "another secret in the state folder, which counts", name + "another owner in the state folder, who counts",
      name + "its home at another instance in the state folder", name + "another node type in the state folder, which counts",
      name + "dynamic registration switched the other way in the state folder, which counts"};
  EXPECT_EQ(again.told, told);
  const ProductRecord& kept = again.registry.product(*again.registry.find_product(test_product));
  EXPECT_EQ(kept.config.secret, before.secret);
  EXPECT_EQ(kept.data.dynamic_registration, DynamicRegistration::off);
}

TEST(StoreState, InstancesMayBeListedInAnotherOrderNextTime) {
  const StateFolder folder;
  {
    StoredWorld world(folder.path());
    world.create(to(singapore, {"dev1"}));
    world.distribution.commit(world.device("dev1"), world.at(singapore), nowhere(), world.output);
    world.commit_store();
  }
  PlatformConfig turned = placement_config();
  std::reverse(turned.instances.begin(), turned.instances.end());
  std::reverse(turned.accounts.begin(), turned.accounts.end());
  const StoredWorld again(folder.path(), turned);
  ASSERT_FALSE(again.problem) << again.problem->what;
  EXPECT_EQ(again.registry.device(again.device("dev1")).resides_at(), again.place(singapore));
  EXPECT_TRUE(again.violations().empty());
}

TEST(StoreState, EveryStartIsCountedAndTheFirstSeedStays) {
  const StateFolder folder;
  for (std::uint64_t start = 0; start < 3; ++start) {
    auto store = SqliteStore::open({.folder = folder.path(), .durability = Durability::normal, .seed = 40 + start});
    ASSERT_TRUE(store.ok());
    EXPECT_EQ((*store)->starts(), start);
    EXPECT_EQ((*store)->seed(), 40U);
  }
}

TEST(StoreState, TimesAreThoseOfTheClockOnTheWall) {
  const StateFolder folder;
  {
    StoredWorld world(folder.path(), placement_config(), 1'000'000'000);
    world.create(to(singapore, {"dev1"}), Instant{5s});
    world.commit_store();
  }
  const StoredWorld later(folder.path(), placement_config(), 1'060'000'000);  // a minute after
  EXPECT_EQ(later.distribution.job(JobIndex{0}).created, Instant{-55s});
}

TEST(StoreState, WhatAHigherLimitLetInStays) {
  const StateFolder folder;
  constexpr things::ThingLimits high = things::limits_of_what_was_kept();
  {
    StoredWorld world(folder.path());
    const DeviceIndex device = world.device("dev6");
    things::ThingData& thing = world.things.data(device, world.place(shanghai));
    things::ThingDetails& details = thing.details();
    const auto name = [](std::uint32_t i) { return "n" + std::to_string(i); };
    std::vector<things::Tag> tags;
    for (std::uint32_t i = 0; i <= kept_of_a_device.properties_per_device; ++i) thing.properties.set(name(i), "1", 1, high);
    for (std::uint32_t i = 0; i <= kept_of_a_device.records_per_device; ++i) details.events.add("alarm", "1", 1, high);
    for (std::uint32_t i = 0; i <= kept_of_a_device.firmware_modules_per_device; ++i) details.set_version(name(i), "1", 1, high);
    for (std::uint32_t i = 0; i <= kept_of_a_device.files_per_device; ++i) details.add_file(name(i), bytes_of("x"), 1, high);
    for (std::uint32_t i = 0; i <= kept_of_a_device.tags_per_device; ++i) tags.push_back({name(i), "v"});
    ASSERT_TRUE(world.things.labels(device).set_tags(tags, high));
    for (std::uint32_t i = 0; i <= kept_of_a_device.groups_per_device; ++i) {
      ASSERT_FALSE(world.things.groups().add({.id = name(i), .name = name(i), .place = world.place(shanghai)}, kept_of_a_device));
      ASSERT_TRUE(world.things.labels(device).join_group(name(i), high));
    }
    world.commit_store();
  }
  StoredWorld world(folder.path());
  ASSERT_FALSE(world.problem) << world.problem->what;
  const DeviceIndex device = world.device("dev6");
  const things::ThingData* const thing = world.things.find(device, world.place(shanghai));
  ASSERT_NE(thing, nullptr);
  EXPECT_EQ(thing->properties.all().size(), kept_of_a_device.properties_per_device + 1);
  EXPECT_EQ(thing->known_details()->events.size(), kept_of_a_device.records_per_device + 1);
  EXPECT_EQ(thing->known_details()->modules.size(), kept_of_a_device.firmware_modules_per_device + 1);
  EXPECT_EQ(thing->known_details()->files.size(), kept_of_a_device.files_per_device + 1);
  EXPECT_EQ(world.things.find_labels(device)->tags().size(), kept_of_a_device.tags_per_device + 1);
  EXPECT_EQ(world.things.find_labels(device)->groups().size(), kept_of_a_device.groups_per_device + 1);
}

}  // namespace
}  // namespace fleetsim::platform
