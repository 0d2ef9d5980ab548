// What is kept of a device, as plain data: limits hold, versions grow, and nothing is half changed.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "platform-mock/core/mqtt/alink_message.hpp"
#include "platform-mock/core/things/desired_properties.hpp"
#include "platform-mock/core/things/device_groups.hpp"
#include "platform-mock/core/things/device_labels.hpp"
#include "platform-mock/core/things/property_table.hpp"
#include "platform-mock/core/things/record_ring.hpp"
#include "platform-mock/core/things/shadow.hpp"
#include "platform-mock/core/things/thing_data.hpp"
#include "platform-mock/core/things/thing_limits.hpp"
#include "platform-mock/core/things/topology.hpp"

namespace fleetsim::platform::things {
namespace {

constexpr const ThingLimits& usual = default_thing_limits;

TEST(PropertyTable, KeepsTheLatestOfEachName) {
  PropertyTable table;
  EXPECT_TRUE(table.set("b", "1", 10, usual));
  EXPECT_TRUE(table.set("a", "2", 20, usual));
  EXPECT_TRUE(table.set("b", "\"three\"", 5, usual));
  ASSERT_EQ(table.all().size(), 2U);
  EXPECT_EQ(table.all()[0].name, "a");
  EXPECT_EQ(table.find("b")->value, "\"three\"");
  EXPECT_EQ(table.find("b")->time_ms, 5);
  EXPECT_EQ(table.bytes(), 1U + 1U + 1U + 7U);
  EXPECT_EQ(table.find("c"), nullptr);
}

TEST(PropertyTable, LetsHistoryReplaceOnlyWhatIsOlder) {
  PropertyTable table;
  table.set("a", "1", 100, usual);
  EXPECT_TRUE(table.set_if_newer("a", "2", 99, usual));
  EXPECT_EQ(table.find("a")->value, "1");
  EXPECT_TRUE(table.set_if_newer("a", "3", 101, usual));
  EXPECT_EQ(table.find("a")->value, "3");
}

TEST(PropertyTable, RefusesWhatIsBeyondItsLimitsAndStaysAsItWas) {
  PropertyTable table;
  EXPECT_FALSE(table.set(std::string(property_name_bytes_max + 1, 'n'), "1", 0, usual));
  for (std::size_t i = 0; i < usual.properties_per_device; ++i) ASSERT_TRUE(table.set("p" + std::to_string(i), "1", 0, usual));
  EXPECT_FALSE(table.set("one_more", "1", 0, usual));
  EXPECT_EQ(table.all().size(), usual.properties_per_device);
  EXPECT_TRUE(table.set("p7", "2", 0, usual));
  EXPECT_FALSE(table.set("p7", std::string(usual.property_bytes_per_device, 'x'), 0, usual));
  EXPECT_EQ(table.find("p7")->value, "2");
}

TEST(DesiredProperties, TakeAVersionThatGrowsAndNeverComesBack) {
  DesiredProperties desired;
  EXPECT_EQ(*desired.set("a", "1", 0, 5, usual), 1U);
  EXPECT_EQ(*desired.set("a", "2", 1, 6, usual), 2U);
  EXPECT_EQ(desired.set("a", "3", 1, 7, usual).error(), DesiredProperties::Refusal::wrong_version);
  EXPECT_EQ(desired.find("a")->value, "2");
  EXPECT_EQ(desired.remove("a", 1), DesiredProperties::Removed::changed_meanwhile);
  EXPECT_EQ(desired.remove("a", 2), DesiredProperties::Removed::yes);
  EXPECT_EQ(desired.remove("a", {}), DesiredProperties::Removed::unknown);
  EXPECT_EQ(*desired.set("a", "4", 0, 8, usual), 3U);
}

TEST(DesiredProperties, AreLimited) {
  DesiredProperties desired;
  for (std::size_t i = 0; i < usual.desired_properties_per_device; ++i)
    ASSERT_TRUE(desired.set("p" + std::to_string(i), "1", {}, 0, usual).ok());
  EXPECT_EQ(desired.set("one_more", "1", {}, 0, usual).error(), DesiredProperties::Refusal::too_many);
  EXPECT_EQ(desired.set("p1", std::string(usual.property_bytes_per_device, 'x'), {}, 0, usual).error(),
            DesiredProperties::Refusal::too_long);
}

TEST(RecordRing, KeepsTheLatestByNumberAndByBytes) {
  RecordRing ring;
  for (int i = 0; i < 120; ++i) ring.add("e", std::to_string(i), i, usual);
  ASSERT_EQ(ring.size(), usual.records_per_device);
  EXPECT_EQ(ring[0].text, "70");
  EXPECT_EQ(ring[usual.records_per_device - 1].text, "119");
  EXPECT_EQ(ring.total(), 120U);
  ring.add("big", std::string(usual.record_bytes_per_device - 10, 'x'), 1, usual);
  EXPECT_LE(ring.size(), 3U);
  EXPECT_EQ(ring[ring.size() - 1].name, "big");
  ring.add("small", std::string(20, '1'), 2, usual);
  ASSERT_EQ(ring.size(), 1U) << "the big one left no room for both";
  EXPECT_EQ(ring[0].name, "small");
}

std::int32_t change(Shadow& shadow, std::string_view request) {
  const auto refused = shadow.apply(boost::json::parse({request.data(), request.size()}).as_object(), 7, usual);
  return refused ? refused->code : 0;
}

TEST(RecordRing, TakesNoEntryThatIsLargerThanItself) {
  RecordRing ring;
  ring.add("a", "1", 1, usual);
  ring.add("b", std::string(usual.record_bytes_per_device, 'x'), 2, usual);
  ASSERT_EQ(ring.size(), 1U);
  EXPECT_EQ(ring[0].name, "a");
}

TEST(Shadow, TakesAVersionAboveItsOwnAndNoOther) {
  Shadow shadow;
  EXPECT_EQ(change(shadow, R"({"method":"update","state":{"reported":{"color":"red","on":1}},"version":1})"), 0);
  EXPECT_EQ(change(shadow, R"({"method":"update","state":{"reported":{"color":"blue"}},"version":1})"), 409);
  EXPECT_EQ(change(shadow, R"({"method":"update","state":{"reported":{"color":"blue"}},"version":0})"), 409);
  EXPECT_EQ(boost::json::serialize(shadow.reported_state()), R"({"color":"red","on":1})");
  EXPECT_EQ(change(shadow, R"({"method":"update","state":{"desired":{"color":"green"}},"version":5})"), 0);
  EXPECT_EQ(shadow.version(), 5);
  EXPECT_EQ(boost::json::serialize(shadow.document()),
            R"({"state":{"reported":{"color":"red","on":1},"desired":{"color":"green"}},)"
            R"("metadata":{"reported":{"color":{"timestamp":7},"on":{"timestamp":7}},"desired":{"color":{"timestamp":7}}}})");
  EXPECT_EQ(change(shadow, R"({"method":"update","state":{"desired":"null"},"version":6})"), 0);
  EXPECT_TRUE(shadow.desired_state().empty());
  EXPECT_EQ(change(shadow, R"({"method":"update","state":{"reported":{"x":1}},"version":-1})"), 0);
  EXPECT_EQ(shadow.version(), 0);
  EXPECT_EQ(boost::json::serialize(shadow.reported_state()), R"({"x":1})");
}

TEST(Shadow, LosesWhatIsDeleted) {
  Shadow shadow;
  EXPECT_EQ(change(shadow, R"({"method":"delete","state":{"reported":"null"},"version":1})"), 407);
  change(shadow, R"({"method":"update","state":{"reported":{"a":1,"b":2,"c":3}},"version":1})");
  EXPECT_EQ(change(shadow, R"({"method":"delete","state":{"reported":{"a":"null","c":null}},"version":2})"), 0);
  EXPECT_EQ(boost::json::serialize(shadow.reported_state()), R"({"b":2})");
  EXPECT_EQ(change(shadow, R"({"method":"delete","state":{"reported":"null"},"version":3})"), 0);
  EXPECT_TRUE(shadow.empty());
}

TEST(Shadow, RefusesWithItsOwnCodesAndChangesNothing) {
  Shadow shadow;
  change(shadow, R"({"method":"update","state":{"reported":{"a":1}},"version":1})");
  const std::string before = boost::json::serialize(shadow.document());
  for (const auto& [request, code] : std::initializer_list<std::pair<std::string, std::int32_t>>{
           {R"({"state":{"reported":{"a":2}},"version":2})", 401},
           {R"({"method":"change","state":{"reported":{"a":2}},"version":2})", 406},
           {R"({"method":"update","version":2})", 402},
           {R"({"method":"update","state":{"reported":{"a":2}}})", 403},
           {R"({"method":"update","state":{"reported":{"a":2}},"version":"2"})", 403},
           {R"({"method":"update","state":{"reported":{"a":2}},"version":-2})", 403},
           {R"({"method":"update","state":{},"version":2})", 404},
           {R"({"method":"update","state":{"reported":{}},"version":2})", 405},
           {R"({"method":"update","state":{"reported":[1]},"version":2})", 400},
           {R"({"method":"update","state":{"reported":{"a":{"b":{"c":{"d":{"e":{}}}}}}},"version":2})", 400},
           {R"({"method":"update","state":{"reported":{"a":9},"desired":[]},"version":2})", 400}})
    EXPECT_EQ(change(shadow, request), code) << request;
  std::string many = R"({"method":"update","state":{"reported":{)";
  for (std::size_t i = 0; i <= usual.shadow_attributes; ++i) many += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":1";
  EXPECT_EQ(change(shadow, many + "}},\"version\":2}"), 408);
  EXPECT_EQ(
      change(shadow, R"({"method":"update","state":{"reported":{"a":")" + std::string(usual.shadow_bytes, 'x') + R"("}},"version":2})"),
      400);
  EXPECT_EQ(boost::json::serialize(shadow.document()), before);
  EXPECT_EQ(shadow.version(), 1);
}

TEST(DeviceLabels, AreSetAllOrNone) {
  DeviceLabels labels;
  EXPECT_TRUE(labels.set_tags({{"room", "kitchen"}, {"floor", "1"}}, usual));
  EXPECT_FALSE(labels.set_tags({{"room", "hall"}, {"", "x"}}, usual));
  EXPECT_FALSE(labels.set_tags({{"room", "hall"}, {"k", std::string(tag_value_bytes_max + 1, 'v')}}, usual));
  EXPECT_EQ(labels.find_tag("room")->value, "kitchen");
  std::vector<Tag> many;
  for (std::size_t i = 0; i < usual.tags_per_device; ++i) many.push_back({"k" + std::to_string(i), "v"});
  EXPECT_FALSE(labels.set_tags(many, usual));
  EXPECT_EQ(labels.tags().size(), 2U);
  EXPECT_TRUE(labels.remove_tag("room"));
  EXPECT_FALSE(labels.remove_tag("room"));
  EXPECT_TRUE(labels.join_group("g1", usual));
  EXPECT_FALSE(labels.join_group("g1", usual));
  EXPECT_TRUE(labels.leave_group("g1"));
}

TEST(Topology, GivesASubDeviceOneGateway) {
  Topology topology;
  const DeviceIndex gate{1};
  const DeviceIndex other{2};
  const DeviceIndex sensor{3};
  EXPECT_EQ(topology.add(gate, gate, 1500), Topology::Added::itself);
  EXPECT_EQ(topology.add(gate, sensor, 1500), Topology::Added::yes);
  EXPECT_EQ(topology.add(gate, sensor, 1500), Topology::Added::already);
  EXPECT_EQ(topology.add(other, sensor, 1500), Topology::Added::yes);
  EXPECT_TRUE(topology.sub_devices_of(gate).empty());
  EXPECT_EQ(topology.gateway_of(sensor), other);
  topology.clear(other);
  EXPECT_FALSE(topology.gateway_of(sensor).has_value());
  for (std::uint32_t i = 0; i < 1500; ++i) ASSERT_EQ(topology.add(gate, {100 + i}, 1500), Topology::Added::yes);
  EXPECT_EQ(topology.add(gate, {99}, 1500), Topology::Added::full);
}

TEST(ThingDetails, LimitVersionsAndFiles) {
  ThingDetails details;
  for (std::size_t i = 0; i < usual.firmware_modules_per_device; ++i)
    EXPECT_TRUE(details.set_version("m" + std::to_string(i), "1", 0, usual));
  EXPECT_FALSE(details.set_version("one_more", "1", 0, usual));
  EXPECT_TRUE(details.set_version("m1", "2", 0, usual));
  EXPECT_EQ(details.version_of("m1"), "2");
  EXPECT_FALSE(details.set_version("m1", std::string(version_bytes_max + 1, '1'), 0, usual));
  EXPECT_TRUE(details.add_file("a.txt", bytes_of("hello"), 1, usual));
  EXPECT_TRUE(details.add_file("a.txt", bytes_of("again"), 2, usual));
  EXPECT_EQ(details.files.size(), 1U);
  EXPECT_EQ(text_of(details.find_file("a.txt")->content), "again");
  EXPECT_TRUE(details.remove_file("a.txt"));
  EXPECT_FALSE(details.remove_file("a.txt"));
}

TEST(ThingLimits, AreObeyedWhenTheyAreSmaller) {
  ThingLimits few;
  few.properties_per_device = few.desired_properties_per_device = few.records_per_device = few.shadow_attributes = 1;
  few.files_per_device = few.firmware_modules_per_device = few.tags_per_device = few.groups_per_device = 1;
  PropertyTable properties;
  EXPECT_TRUE(properties.set("a", "1", 0, few));
  EXPECT_FALSE(properties.set("b", "1", 0, few));
  EXPECT_TRUE(properties.set("a", "2", 0, few));
  ThingDetails thing;
  EXPECT_TRUE(thing.desired.set("a", "1", {}, 0, few).ok());
  EXPECT_EQ(thing.desired.set("b", "1", {}, 0, few).error(), DesiredProperties::Refusal::too_many);
  EXPECT_TRUE(thing.events.add("a", "1", 0, few));
  EXPECT_FALSE(thing.events.add("b", "2", 0, few));
  ASSERT_EQ(thing.events.size(), 1U);
  EXPECT_EQ(thing.events[0].name, "b");
  const boost::json::object two = boost::json::parse(R"({"method":"update","state":{"reported":{"a":1,"b":1}},"version":1})").as_object();
  EXPECT_EQ(thing.shadow.apply(two, 7, few)->code, shadow_code::too_many_attributes);
  EXPECT_FALSE(thing.shadow.apply(two, 7, usual));
  EXPECT_TRUE(thing.add_file("a", bytes_of("1"), 0, few));
  EXPECT_FALSE(thing.add_file("b", bytes_of("1"), 0, few));
  EXPECT_TRUE(thing.set_version("a", "1", 0, few));
  EXPECT_FALSE(thing.set_version("b", "1", 0, few));
  DeviceLabels labels;
  EXPECT_TRUE(labels.set_tags({{"a", "1"}}, few));
  EXPECT_FALSE(labels.set_tags({{"b", "1"}}, few));
  EXPECT_TRUE(labels.join_group("a", few));
  EXPECT_FALSE(labels.join_group("b", few));
  Topology topology;
  EXPECT_EQ(topology.add({1}, {2}, 1), Topology::Added::yes);
  EXPECT_EQ(topology.add({1}, {3}, 1), Topology::Added::full);
}

TEST(ThingLimits, AreObeyedInBytesAndDepth) {
  ThingLimits short_ones;
  short_ones.property_bytes_per_device = short_ones.desired_property_bytes = short_ones.device_file_bytes = 4;
  short_ones.record_bytes_per_device = 4;
  short_ones.shadow_bytes = 16;
  short_ones.shadow_depth = 2;
  PropertyTable properties;
  EXPECT_FALSE(properties.set("a", "1234", 0, short_ones));
  EXPECT_TRUE(properties.set("a", "123", 0, short_ones));
  ThingDetails thing;
  EXPECT_EQ(thing.desired.set("a", "12345", {}, 0, short_ones).error(), DesiredProperties::Refusal::too_long);
  EXPECT_TRUE(thing.desired.set("a", "1234", {}, 0, short_ones).ok());
  EXPECT_FALSE(thing.logs.add("", "12345", 0, short_ones));
  EXPECT_EQ(thing.logs.size(), 0U);
  EXPECT_TRUE(thing.logs.add("", "1234", 0, short_ones));
  EXPECT_FALSE(thing.add_file("a", bytes_of("12345"), 0, short_ones));
  EXPECT_TRUE(thing.add_file("a", bytes_of("1234"), 0, short_ones));
  const auto reported = [&](std::string_view state) {
    const std::string request = R"({"method":"update","state":{"reported":)" + std::string(state) + R"(},"version":-1})";
    return thing.shadow.apply(boost::json::parse({request.data(), request.size()}).as_object(), 7, short_ones);
  };
  EXPECT_TRUE(reported(R"({"a":"123456789012"})")) << "20 bytes as compact JSON";
  EXPECT_TRUE(reported(R"({"a":{"b":{}}})")) << "three deep";
  EXPECT_FALSE(reported(R"({"a":{"b":1}})"));
}

TEST(ThingLimits, OfGroups) {
  ThingLimits few;
  few.device_groups_per_place = 3;
  few.groups_per_group = 1;
  few.device_group_levels = 2;
  const auto add = [&few](DeviceGroups& groups, const std::string& id, const std::string& super) {
    return groups.add({.id = id, .name = id, .super_id = super, .place = Place{}}, few);
  };
  DeviceGroups groups;
  EXPECT_FALSE(add(groups, "a", ""));
  EXPECT_FALSE(add(groups, "ab", "a"));
  EXPECT_EQ(add(groups, "abc", "ab"), DeviceGroups::Refusal::too_deep);
  EXPECT_EQ(add(groups, "ac", "a"), DeviceGroups::Refusal::too_many) << "one in a group";
  EXPECT_FALSE(add(groups, "b", ""));
  EXPECT_EQ(add(groups, "c", ""), DeviceGroups::Refusal::too_many) << "three at a place";
}

TEST(RecordRing, KeepsWhatItHasWhenItsLimitWasLowered) {
  ThingLimits few;
  few.records_per_device = 3;
  RecordRing ring;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(ring.add("e", std::to_string(i), i, limits_of_what_was_kept()));
  EXPECT_FALSE(ring.add("e", "10", 10, few));
  ASSERT_EQ(ring.size(), 3U) << "until the next one";
  EXPECT_EQ(ring[0].text, "8");
  EXPECT_EQ(ring[2].text, "10");
}

std::string members(std::string_view payload) {
  mqtt::AlinkMessage message;
  if (!message.parse(bytes_of(payload))) return "not JSON";
  std::string out(message.params_text());
  for (std::size_t i = 0; i < message.member_count(); ++i) {
    const auto member = message.member(i);
    out.append(" | ").append(member.name).append(" = ").append(member.value);
    if (member.time_ms != 0) out.append(" @ ").append(std::to_string(member.time_ms));
  }
  return out;
}

TEST(AlinkMessage, TakesParamsApartInOnePass) {
  EXPECT_EQ(members(R"({"params": { "a" : 1 , "b":{"value":"x","time":5}, "c":{"value":[1,{"d":2}]} }, "id":"1"})"),
            R"({"a":1,"b":{"value":"x","time":5},"c":{"value":[1,{"d":2}]}} | a = 1 | b = "x" @ 5 | c = [1,{"d":2}])");
  // What only looks like an envelope is a value.
  EXPECT_EQ(members(R"({"params":{"a":{"value":1,"unit":"C"},"b":{"time":5},"c":{"x":{"value":1}},"d":[{"value":1}]}})"),
            R"({"a":{"value":1,"unit":"C"},"b":{"time":5},"c":{"x":{"value":1}},"d":[{"value":1}]})"
            R"( | a = {"value":1,"unit":"C"} | b = {"time":5} | c = {"x":{"value":1}} | d = [{"value":1}])");
  EXPECT_EQ(members(R"({"params":{"a\"b":"x\\y\u0001\n","e":{},"f":[],"g":null,"h":true,"i":-1.50e3}})"),
            R"({"a\"b":"x\\y\u0001\u000a","e":{},"f":[],"g":null,"h":true,"i":-1.50e3} | a\"b = "x\\y\u0001\u000a" | e = {} | f = [])"
            R"( | g = null | h = true | i = -1.50e3)");
  EXPECT_EQ(members(R"({"params":["a",{"b":1}]})"), R"(["a",{"b":1}])");
  EXPECT_EQ(members(R"({"params":{"old":1},"params":{"new":2}})"), R"({"new":2} | new = 2)");
  EXPECT_EQ(members(R"({"data":{"x":1},"params":{"a":1}})"), R"({"a":1} | a = 1)");
}

TEST(AlinkMessage, KeepsAsManyMembersApartAsItIsTold) {
  mqtt::AlinkMessage message(2);
  ASSERT_TRUE(message.parse(bytes_of(R"({"params":{"a":1,"b":2,"c":3}})")));
  EXPECT_EQ(message.member_count(), 2U);
  EXPECT_EQ(message.params_count(), 3U);
}

TEST(AlinkMessage, KeepsDataAndACodeApart) {
  mqtt::AlinkMessage message;
  ASSERT_TRUE(message.parse(bytes_of(R"({"id":7,"code":200,"data":{"a":[1,2]}})")));
  EXPECT_EQ(message.data_text(), R"({"a":[1,2]})");
  EXPECT_EQ(message.params_text(), "");
  EXPECT_EQ(message.code(), 200);
  ASSERT_TRUE(message.parse(bytes_of(R"({"id":8})")));
  EXPECT_EQ(message.data_text(), "");
}

}  // namespace
}  // namespace fleetsim::platform::things
