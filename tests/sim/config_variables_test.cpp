#include <gtest/gtest.h>
#include <string>

#include "sim/config/variables.hpp"
#include "sim/config/yaml_document.hpp"

namespace fleetsim::sim {
namespace {

struct Resolved {
  Node root;
  Settings values;
  std::string mistakes;
};

Resolved resolve(const std::string& yaml, const Settings& settings = {}, UnknownSetting unknown = UnknownSetting::error) {
  Diagnostics diagnostics;
  Resolved out;
  out.root = *parse_yaml(yaml, diagnostics.add_file("f.yaml"), diagnostics);
  out.values = resolve_variables(out.root, settings, unknown, diagnostics);
  out.mistakes = diagnostics.text();
  return out;
}

TEST(Variables, FillInDefaultsAndSettingsAnywhereInATree) {
  const Resolved resolved = resolve("vars: {n: 5, host: h}\na: ${n}\nb: [{c: \"x-${host}-${n}\"}]\n", {{"host", "other"}});
  EXPECT_EQ(resolved.mistakes, "");
  EXPECT_EQ(resolved.root.find("a")->text, "5");
  EXPECT_EQ(resolved.root.find("b")->children[0].find("c")->text, "x-other-5");
  EXPECT_EQ(resolved.values, (Settings{{"host", "other"}, {"n", "5"}}));
  EXPECT_EQ(resolved.root.find("vars"), nullptr);
}

TEST(Variables, MeanTheSameWithQuotesAsWithout) {
  const Resolved resolved = resolve("vars: {n: 5}\na: \"${n}\"\nb: \"n\"\n");
  EXPECT_FALSE(resolved.root.find("a")->quoted);
  EXPECT_TRUE(resolved.root.find("b")->quoted);
}

TEST(Variables, KeepThePositionOfTheFile) {
  const Resolved resolved = resolve("vars: {n: 123456789}\n\na:   ${n}\n");
  EXPECT_EQ(resolved.root.find("a")->at.line, 3U);
  EXPECT_EQ(resolved.root.find("a")->at.column, 6U);
}

TEST(Variables, ReportUnknownNamesWithAGuess) {
  EXPECT_EQ(resolve("vars: {devices: 5}\na: ${devcies}\nb: ${devices}\n").mistakes,
            "f.yaml:2:4: error: the variable \"devcies\" is not in `vars:` (did you mean \"devices\"?)\n");
  EXPECT_EQ(resolve("vars: {devices: 5}\na: ${devices}\n", {{"device", "7"}}).mistakes,
            "f.yaml: error: --set device: the file has no such variable (did you mean \"devices\"?); it has devices\n");
  EXPECT_EQ(resolve("a: 1\n", {{"x", "7"}}).mistakes, "f.yaml: error: --set x: the file has no such variable; it has none at all\n");
}

TEST(Variables, OfAnotherFileAreIgnoredWhereThatIsAsked) {
  EXPECT_EQ(resolve("a: 1\n", {{"x", "7"}}, UnknownSetting::ignore).mistakes, "");
}

TEST(Variables, WarnAboutOneThatNothingUses) {
  EXPECT_EQ(resolve("vars:\n  n: 5\na: 1\n").mistakes, "f.yaml:2:3: warning: vars.n is never used\n");
}

TEST(Variables, MustHaveNamesAndPlainValues) {
  EXPECT_EQ(resolve("vars:\n  my-name: 1\n  list: [1]\na: 1\n").mistakes,
            "f.yaml:2:3: error: vars: \"my-name\" is no name: letters, digits and _ only\n"
            "f.yaml:3:9: error: vars.list: expected a text or a number, found a list\n");
  EXPECT_EQ(resolve("vars: 7\na: 1\n").mistakes, "f.yaml:1:7: error: vars: expected a map of names and values, found a text\n");
}

TEST(Variables, CanBeEscaped) { EXPECT_EQ(resolve("a: $${x} costs $5\n").root.find("a")->text, "${x} costs $5"); }

TEST(Variables, MustBeClosed) {
  EXPECT_EQ(resolve("a: 'x ${n'\n").mistakes, "f.yaml:1:4: error: a variable is opened with \"${\" and not closed with \"}\"\n");
}

TEST(Variables, AreNotFilledInTwice) { EXPECT_EQ(resolve("vars: {a: \"${b}\", b: 1}\nx: ${a}\ny: ${b}\n").root.find("x")->text, "${b}"); }

TEST(Setting, IsANameAnEqualsSignAndAnyText) {
  EXPECT_EQ(parse_setting("a=b=c")->second, "b=c");
  EXPECT_EQ(parse_setting("a=")->second, "");
  for (const char* bad : {"", "a", "=b", "a b=c"}) EXPECT_FALSE(parse_setting(bad)) << bad;
}

}  // namespace
}  // namespace fleetsim::sim
