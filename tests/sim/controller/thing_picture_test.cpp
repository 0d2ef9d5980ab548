// What a check says about what a platform knows: each kind of difference, in words.
#include "sim/world/thing_picture.hpp"

#include <gtest/gtest.h>

namespace fleetsim::sim {
namespace {

ThingPicture meter() {
  ThingPicture picture;
  picture.at = "iotx-a";
  picture.account = "198001";
  picture.account_name = "partner";
  picture.status = "ONLINE";
  picture.version = "1.0.0";
  picture.properties = {{"Temperature", "21.5"}};
  picture.shadow = {{"mode", "\"eco\""}};
  picture.tags = {{"room", "hall"}};
  picture.device_groups = {{"first_floor", {}}};
  picture.events = 1;
  picture.sub_devices = 3;
  return picture;
}

ExpectStep at_a() {
  ExpectStep step;
  step.at = "iotx-a";
  return step;
}

TEST(ThingPicture, HasNoDifferenceWhereAllIsAsWanted) {
  ExpectStep step = at_a();
  step.account = "partner";
  step.status = "ONLINE";
  step.version = "1.0.0";
  step.properties.values = {{"Temperature", "2.15E1"}};
  step.shadow.values = {{"mode", "\"eco\""}};
  step.tags.values = {{"room", "hall"}};
  step.device_groups.values = {{"first_floor", {}}};
  step.events_min = 1;
  step.sub_devices = 3;
  EXPECT_EQ(difference(meter(), step), "");
}

TEST(ThingPicture, EachDifferenceIsToldInWords) {
  struct Case {
    std::string_view said;
    void (*want)(ExpectStep&);
  };
  for (const Case& one : std::initializer_list<Case>{
           {"it is at iotx-a", [](ExpectStep& s) { s.at = "iotx-b"; }},
           {"it is with 198001, not with makers", [](ExpectStep& s) { s.account = "makers"; }},
           {"it is ONLINE, not OFFLINE", [](ExpectStep& s) { s.status = "OFFLINE"; }},
           {"it runs 1.0.0, not 2.0.0", [](ExpectStep& s) { s.version = "2.0.0"; }},
           {"its product can be changed there", [](ExpectStep& s) { s.read_only = true; }},
           {"property Temperature is 21.5, not 30",
            [](ExpectStep& s) {
              s.properties.values = {{"Temperature", "30"}};
            }},
           {"there is no property Target",
            [](ExpectStep& s) {
              s.properties.values = {{"Target", "19"}};
            }},
           {"property Temperature is there, none is expected", [](ExpectStep& s) { s.properties.none = true; }},
           {"shadow attribute mode is \"eco\", not \"fast\"",
            [](ExpectStep& s) {
              s.shadow.values = {{"mode", "\"fast\""}};
            }},
           {"tag room is there, none is expected", [](ExpectStep& s) { s.tags.none = true; }},
           {"there is no group cellar",
            [](ExpectStep& s) {
              s.device_groups.values = {{"cellar", {}}};
            }},
           {"1 events are there, not 2", [](ExpectStep& s) { s.events_min = 2; }},
           {"3 devices stand behind it, not 0", [](ExpectStep& s) { s.sub_devices = 0; }},
       }) {
    ExpectStep step = at_a();
    one.want(step);
    EXPECT_EQ(difference(meter(), step), one.said);
  }
}

TEST(ThingPicture, ADeviceInHandoverIsNowhere) {
  ThingPicture picture = meter();
  picture.at.clear();
  EXPECT_EQ(difference(picture, at_a()), "it is not at iotx-a");
}

TEST(ThingPicture, NumbersAreTheSameHoweverTheyAreWrittenAndTextsAreNot) {
  EXPECT_TRUE(same_json("21.50", "2.15E1"));
  EXPECT_FALSE(same_json("\"21.50\"", "21.5"));
  EXPECT_FALSE(same_json("true", "1"));
}

}  // namespace
}  // namespace fleetsim::sim
