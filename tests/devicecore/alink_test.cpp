#include "devicecore/alink.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

const Identity& identity() {
  static const Identity value = *Identity::parse("a1TestPK001", "dev1", "secret");
  return value;
}

template <class Put>
std::string text_by(Put put) {
  std::array<std::uint8_t, 512> storage{};
  TextWriter text(storage);
  put(text);
  EXPECT_FALSE(text.overflowed());
  return std::string(text.text());
}

TEST(AlinkTopics, AreWrittenAndRecognised) {
  const auto topic = [](AlinkTopic kind) { return text_by([&](TextWriter& t) { put_topic(t, identity(), kind); }); };
  EXPECT_EQ(topic(AlinkTopic::notify), "/sys/a1TestPK001/dev1/thing/bootstrap/notify");
  EXPECT_EQ(topic(AlinkTopic::notify_reply), "/sys/a1TestPK001/dev1/thing/bootstrap/notify_reply");
  EXPECT_EQ(topic(AlinkTopic::property_post), "/sys/a1TestPK001/dev1/thing/event/property/post");
  EXPECT_EQ(topic(AlinkTopic::property_post_reply), "/sys/a1TestPK001/dev1/thing/event/property/post_reply");
  for (const AlinkTopic kind : {AlinkTopic::notify, AlinkTopic::notify_reply, AlinkTopic::property_post, AlinkTopic::property_post_reply})
    EXPECT_EQ(classify_topic(topic(kind), identity()), kind);
}

TEST(AlinkTopics, OfOthersAreOthers) {
  for (const char* topic :
       {"", "/", "/sys/a1TestPK001/dev2/thing/bootstrap/notify", "/sys/a1TestPK001/dev12/thing/bootstrap/notify",
        "/sys/a1TestPK00/dev1/thing/bootstrap/notify", "sys/a1TestPK001/dev1/thing/bootstrap/notify",
        "/sys/a1TestPK001/dev1/thing/bootstrap/notify/", "/sys/a1TestPK001/dev1/thing/bootstrap/notif", "/sys/a1TestPK001/dev1"})
    EXPECT_EQ(classify_topic(topic, identity()), AlinkTopic::other) << topic;
}

TEST(AlinkNotify, OfThePlatformsPageIsRead) {
  const auto notify =
      parse_notify(bytes_of("{\n  \"id\": \"123\",\n  \"version\": \"1.0\", \n  \"method\": \"thing.bootstrap.notify\", \n"
                            "  \"params\": {\n    \"cmd\": 0\n  }\n}\n"));
  ASSERT_TRUE(notify);
  EXPECT_EQ(notify->id, "123");
  EXPECT_EQ(notify->verbatim_id, "\"123\"");
  EXPECT_EQ(notify->command, 0);
}

TEST(AlinkNotify, TheIdIsKeptAsItStands) {
  const auto id_of = [](const std::string& id) {
    const std::string text = R"({"id":)" + id + R"(,"method":"thing.bootstrap.notify","params":{"cmd":0}})";
    const auto notify = parse_notify(bytes_of(text));
    return notify ? std::string(notify->verbatim_id) : std::string("-");
  };
  for (const char* id : {R"("4294967295")", R"("1|exp-topic|/sys/x")", R"("a\"b\\c")", "7", R"("\u00e9")"}) EXPECT_EQ(id_of(id), id);
  EXPECT_EQ(id_of('"' + std::string(limits::alink_id_bytes_max, 'x') + '"').size(), limits::alink_id_bytes_max + 2);
  EXPECT_EQ(id_of('"' + std::string(limits::alink_id_bytes_max + 1, 'x') + '"'), "-");
  for (const char* id : {R"("")", "{}", "[1]"}) EXPECT_EQ(id_of(id), "-") << id;
}

TEST(AlinkNotify, TheCommandIsANumberInQuotesOrNot) {
  const auto command_of = [](const std::string& params) {
    const std::string text = R"({"id":"1","method":"thing.bootstrap.notify","params":)" + params + "}";
    const auto notify = parse_notify(bytes_of(text));
    return notify ? notify->command : -99;
  };
  EXPECT_EQ(command_of(R"({"cmd":0})"), 0);
  EXPECT_EQ(command_of(R"({"cmd":"0"})"), 0);
  EXPECT_EQ(command_of(R"({"other":{"cmd":5},"cmd":17})"), 17);
  EXPECT_EQ(command_of(R"({"cmd":-1})"), -1);
  for (const char* params : {"{}", R"({"cmd":"go"})", R"({"cmd":null})", R"({"cmd":{}})", R"({"cmd":0.0})", "0", R"({"cmd":99999999999})"})
    EXPECT_EQ(command_of(params), -99) << params;
}

TEST(AlinkNotify, OfAnotherMethodOrNoJsonIsNone) {
  EXPECT_FALSE(parse_notify(bytes_of(R"({"id":"1","method":"thing.reset","params":{"cmd":0}})")));
  EXPECT_FALSE(parse_notify(bytes_of(R"({"id":"1","params":{"cmd":0}})")));
  EXPECT_FALSE(parse_notify(bytes_of(R"({"method":"thing.bootstrap.notify","params":{"cmd":0}})")));
  EXPECT_FALSE(parse_notify(bytes_of("notify")));
  EXPECT_FALSE(parse_notify({}));
}

TEST(AlinkNotify, TheIdOfABrokenOneCanStillBeTold) {
  EXPECT_EQ(read_message_id(bytes_of(R"({"id":"77","method":"x"})")), "77");
  EXPECT_EQ(read_message_id(bytes_of(R"({"method":"x"})")), "");
  EXPECT_EQ(read_message_id(bytes_of("{{")), "");
}

TEST(AlinkReply, IsReadWithItsCode) {
  const auto reply =
      parse_reply(bytes_of(R"({"code":200,"data":{},"id":"17","message":"success","method":"thing.event.property.post","version":"1.0"})"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->id, 17U);
  EXPECT_EQ(reply->code, 200);
  EXPECT_EQ(parse_reply(bytes_of(R"({"id":"1","code":6106})"))->code, 6106);
  for (const char* text : {R"({"id":"x","code":200})", R"({"id":"1"})", R"({"code":200})", R"({"id":"4294967296","code":200})", "", "[]"})
    EXPECT_FALSE(parse_reply(bytes_of(text))) << text;
}

TEST(AlinkTexts, AreCompactJson) {
  EXPECT_EQ(text_by([](TextWriter& t) { put_reply(t, "\"123\"", 200); }), R"({"id":"123","code":200,"data":{}})");
  EXPECT_EQ(text_by([](TextWriter& t) { put_property_post(t, 4294967295U, R"({"a":1})"); }),
            R"({"id":"4294967295","version":"1.0","params":{"a":1},"method":"thing.event.property.post"})");
}

TEST(TextWriter, RemembersAnOverflowAndStaysInside) {
  std::array<std::uint8_t, 6> storage{};
  storage[5] = 'z';
  TextWriter text(MutableBytes(storage).first(5));
  text.put("abc").put_number(4711);
  EXPECT_TRUE(text.overflowed());
  EXPECT_EQ(text.text(), "abc47");
  EXPECT_EQ(storage[5], 'z');
}

}  // namespace
}  // namespace fleetsim::device
