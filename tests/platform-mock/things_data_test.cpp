// What is kept of a device, as plain data: limits hold, versions grow, and nothing is half changed.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "platform-mock/core/mqtt/alink_message.hpp"
#include "platform-mock/core/things/desired_properties.hpp"
#include "platform-mock/core/things/device_labels.hpp"
#include "platform-mock/core/things/property_table.hpp"
#include "platform-mock/core/things/record_ring.hpp"
#include "platform-mock/core/things/shadow.hpp"
#include "platform-mock/core/things/thing_data.hpp"
#include "platform-mock/core/things/thing_limits.hpp"
#include "platform-mock/core/things/topology.hpp"

namespace fleetsim::platform::things {
namespace {

TEST(PropertyTable, KeepsTheLatestOfEachName) {
  PropertyTable table;
  EXPECT_TRUE(table.set("b", "1", 10));
  EXPECT_TRUE(table.set("a", "2", 20));
  EXPECT_TRUE(table.set("b", "\"three\"", 5));
  ASSERT_EQ(table.all().size(), 2U);
  EXPECT_EQ(table.all()[0].name, "a");
  EXPECT_EQ(table.find("b")->value, "\"three\"");
  EXPECT_EQ(table.find("b")->time_ms, 5);
  EXPECT_EQ(table.bytes(), 1U + 1U + 1U + 7U);
  EXPECT_EQ(table.find("c"), nullptr);
}

TEST(PropertyTable, LetsHistoryReplaceOnlyWhatIsOlder) {
  PropertyTable table;
  table.set("a", "1", 100);
  EXPECT_TRUE(table.set_if_newer("a", "2", 99));
  EXPECT_EQ(table.find("a")->value, "1");
  EXPECT_TRUE(table.set_if_newer("a", "3", 101));
  EXPECT_EQ(table.find("a")->value, "3");
}

TEST(PropertyTable, RefusesWhatIsBeyondItsLimitsAndStaysAsItWas) {
  PropertyTable table;
  EXPECT_FALSE(table.set(std::string(property_name_bytes_max + 1, 'n'), "1", 0));
  for (std::size_t i = 0; i < properties_max; ++i) ASSERT_TRUE(table.set("p" + std::to_string(i), "1", 0));
  EXPECT_FALSE(table.set("one_more", "1", 0));
  EXPECT_EQ(table.all().size(), properties_max);
  EXPECT_TRUE(table.set("p7", "2", 0));
  EXPECT_FALSE(table.set("p7", std::string(property_bytes_max, 'x'), 0));
  EXPECT_EQ(table.find("p7")->value, "2");
}

TEST(DesiredProperties, TakeAVersionThatGrowsAndNeverComesBack) {
  DesiredProperties desired;
  EXPECT_EQ(*desired.set("a", "1", 0, 5), 1U);
  EXPECT_EQ(*desired.set("a", "2", 1, 6), 2U);
  EXPECT_EQ(desired.set("a", "3", 1, 7).error(), DesiredProperties::Refusal::wrong_version);
  EXPECT_EQ(desired.find("a")->value, "2");
  EXPECT_EQ(desired.remove("a", 1), DesiredProperties::Removed::changed_meanwhile);
  EXPECT_EQ(desired.remove("a", 2), DesiredProperties::Removed::yes);
  EXPECT_EQ(desired.remove("a", {}), DesiredProperties::Removed::unknown);
  EXPECT_EQ(*desired.set("a", "4", 0, 8), 3U);
}

TEST(DesiredProperties, AreLimited) {
  DesiredProperties desired;
  for (std::size_t i = 0; i < desired_max; ++i) ASSERT_TRUE(desired.set("p" + std::to_string(i), "1", {}, 0).ok());
  EXPECT_EQ(desired.set("one_more", "1", {}, 0).error(), DesiredProperties::Refusal::too_many);
  EXPECT_EQ(desired.set("p1", std::string(property_bytes_max, 'x'), {}, 0).error(), DesiredProperties::Refusal::too_long);
}

TEST(RecordRing, KeepsTheLatestByNumberAndByBytes) {
  RecordRing ring;
  for (int i = 0; i < 120; ++i) ring.add("e", std::to_string(i), i);
  ASSERT_EQ(ring.size(), records_kept_max);
  EXPECT_EQ(ring[0].text, "70");
  EXPECT_EQ(ring[records_kept_max - 1].text, "119");
  EXPECT_EQ(ring.total(), 120U);
  ring.add("big", std::string(record_bytes_kept_max - 10, 'x'), 1);
  EXPECT_LE(ring.size(), 3U);
  EXPECT_EQ(ring[ring.size() - 1].name, "big");
  ring.add("small", std::string(20, '1'), 2);
  ASSERT_EQ(ring.size(), 1U) << "the big one left no room for both";
  EXPECT_EQ(ring[0].name, "small");
}

std::int32_t change(Shadow& shadow, std::string_view request) {
  const auto refused = shadow.apply(boost::json::parse({request.data(), request.size()}).as_object(), 7);
  return refused ? refused->code : 0;
}

TEST(RecordRing, TakesNoEntryThatIsLargerThanItself) {
  RecordRing ring;
  ring.add("a", "1", 1);
  ring.add("b", std::string(record_bytes_kept_max, 'x'), 2);
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
  for (std::size_t i = 0; i <= shadow_attributes_max; ++i) many += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":1";
  EXPECT_EQ(change(shadow, many + "}},\"version\":2}"), 408);
  EXPECT_EQ(change(shadow, R"({"method":"update","state":{"reported":{"a":")" + std::string(shadow_bytes_max, 'x') + R"("}},"version":2})"),
            400);
  EXPECT_EQ(boost::json::serialize(shadow.document()), before);
  EXPECT_EQ(shadow.version(), 1);
}

TEST(DeviceLabels, AreSetAllOrNone) {
  DeviceLabels labels;
  EXPECT_TRUE(labels.set_tags({{"room", "kitchen"}, {"floor", "1"}}));
  EXPECT_FALSE(labels.set_tags({{"room", "hall"}, {"", "x"}}));
  EXPECT_FALSE(labels.set_tags({{"room", "hall"}, {"k", std::string(tag_value_bytes_max + 1, 'v')}}));
  EXPECT_EQ(labels.find_tag("room")->value, "kitchen");
  std::vector<Tag> many;
  for (std::size_t i = 0; i < tags_max; ++i) many.push_back({"k" + std::to_string(i), "v"});
  EXPECT_FALSE(labels.set_tags(many));
  EXPECT_EQ(labels.tags().size(), 2U);
  EXPECT_TRUE(labels.remove_tag("room"));
  EXPECT_FALSE(labels.remove_tag("room"));
  EXPECT_TRUE(labels.join_group("g1"));
  EXPECT_FALSE(labels.join_group("g1"));
  EXPECT_TRUE(labels.leave_group("g1"));
}

TEST(Topology, GivesASubDeviceOneGateway) {
  Topology topology;
  const DeviceIndex gate{1};
  const DeviceIndex other{2};
  const DeviceIndex sensor{3};
  EXPECT_EQ(topology.add(gate, gate), Topology::Added::itself);
  EXPECT_EQ(topology.add(gate, sensor), Topology::Added::yes);
  EXPECT_EQ(topology.add(gate, sensor), Topology::Added::already);
  EXPECT_EQ(topology.add(other, sensor), Topology::Added::yes);
  EXPECT_TRUE(topology.sub_devices_of(gate).empty());
  EXPECT_EQ(topology.gateway_of(sensor), other);
  topology.clear(other);
  EXPECT_FALSE(topology.gateway_of(sensor).has_value());
  for (std::uint32_t i = 0; i < sub_devices_max; ++i) ASSERT_EQ(topology.add(gate, {100 + i}), Topology::Added::yes);
  EXPECT_EQ(topology.add(gate, {99}), Topology::Added::full);
}

TEST(ThingDetails, LimitVersionsAndFiles) {
  ThingDetails details;
  for (std::size_t i = 0; i < modules_max; ++i) EXPECT_TRUE(details.set_version("m" + std::to_string(i), "1", 0));
  EXPECT_FALSE(details.set_version("one_more", "1", 0));
  EXPECT_TRUE(details.set_version("m1", "2", 0));
  EXPECT_EQ(details.version_of("m1"), "2");
  EXPECT_FALSE(details.set_version("m1", std::string(version_bytes_max + 1, '1'), 0));
  EXPECT_TRUE(details.add_file("a.txt", bytes_of("hello"), 1));
  EXPECT_TRUE(details.add_file("a.txt", bytes_of("again"), 2));
  EXPECT_EQ(details.files.size(), 1U);
  EXPECT_EQ(text_of(details.find_file("a.txt")->content), "again");
  EXPECT_TRUE(details.remove_file("a.txt"));
  EXPECT_FALSE(details.remove_file("a.txt"));
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
