#include <gtest/gtest.h>
#include <string>

#include "devicecore/mqtt_text.hpp"

namespace fleetsim::device::mqtt {
namespace {

using namespace std::string_view_literals;

TEST(MqttText, TakesWellFormedUtf8) {
  EXPECT_TRUE(is_mqtt_text(""));
  EXPECT_TRUE(is_mqtt_text("/sys/a1/d/thing"));
  EXPECT_TRUE(is_mqtt_text("\xC3\xA9"));
  EXPECT_TRUE(is_mqtt_text("A\xF0\xAA\x9B\x94")) << "U+0041 U+2A6D4, the example of §1.5.3";
  EXPECT_TRUE(is_mqtt_text("\xEF\xBB\xBF")) << "U+FEFF is a character, MQTT-1.5.3-3";
  EXPECT_TRUE(is_mqtt_text("\xF4\x8F\xBF\xBF")) << "U+10FFFF";
  EXPECT_TRUE(is_mqtt_text("\xED\x9F\xBF\xEE\x80\x80")) << "the neighbours of the surrogates";
}

TEST(MqttText, RefusesIllFormedUtf8AndNul) {
  EXPECT_FALSE(is_mqtt_text("a\0b"sv)) << "MQTT-1.5.3-2";
  EXPECT_FALSE(is_mqtt_text("\xED\xA0\x80")) << "a surrogate, MQTT-1.5.3-1";
  EXPECT_FALSE(is_mqtt_text("\xC0\x80")) << "overlong";
  EXPECT_FALSE(is_mqtt_text("\xC1\xBF"));
  EXPECT_FALSE(is_mqtt_text("\xE0\x9F\xBF")) << "overlong";
  EXPECT_FALSE(is_mqtt_text("\xF0\x8F\xBF\xBF")) << "overlong";
  EXPECT_FALSE(is_mqtt_text("\xF4\x90\x80\x80")) << "above U+10FFFF";
  EXPECT_FALSE(is_mqtt_text("\xF5\x80\x80\x80"));
  EXPECT_FALSE(is_mqtt_text("\x80"));
  EXPECT_FALSE(is_mqtt_text("\xC3"));
  EXPECT_FALSE(is_mqtt_text("\xE2\x82"));
  EXPECT_FALSE(is_mqtt_text("\xE2\x28\xA1"));
  EXPECT_FALSE(is_mqtt_text("ok\xFF"));
}

TEST(TopicName, HasNoWildcardAndAtLeastOneCharacter) {
  EXPECT_TRUE(is_topic_name("a"));
  EXPECT_TRUE(is_topic_name("/"));
  EXPECT_TRUE(is_topic_name("a b//c"));
  EXPECT_FALSE(is_topic_name("")) << "MQTT-4.7.3-1";
  EXPECT_FALSE(is_topic_name("a/+")) << "MQTT-3.3.2-2";
  EXPECT_FALSE(is_topic_name("a/#"));
  EXPECT_FALSE(is_topic_name("a\0"sv)) << "MQTT-4.7.3-2";
  EXPECT_TRUE(is_topic_name(std::string(65535, 'a')));
  EXPECT_FALSE(is_topic_name(std::string(65536, 'a'))) << "MQTT-4.7.3-3";
}

TEST(TopicFilter, HasWildcardsOnlyWhereSection47Allows) {
  for (const char* good : {"#", "+", "/", "/#", "+/#", "sport/#", "sport/+/player1", "/+", "+/+", "a"})
    EXPECT_TRUE(is_topic_filter(good)) << good;
  for (const char* bad : {"", "sport#", "sport/#/ranking", "#/", "sport+", "+a", "a/b+", "a/#b"}) EXPECT_FALSE(is_topic_filter(bad)) << bad;
}

}  // namespace
}  // namespace fleetsim::device::mqtt
