#include <functional>
#include <gtest/gtest.h>
#include <string>

#include "sim/config/reader.hpp"
#include "sim/config/suggest.hpp"
#include "sim/config/text_file.hpp"
#include "sim/config/units.hpp"
#include "sim/config/yaml_document.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;

TEST(Units, ReadDurationsAsPeopleWriteThem) {
  EXPECT_EQ(parse_duration("300ms"), Duration{300ms});
  EXPECT_EQ(parse_duration("20s"), Duration{20s});
  EXPECT_EQ(parse_duration("1m30s"), Duration{90s});
  EXPECT_EQ(parse_duration("1h"), Duration{1h});
  EXPECT_EQ(parse_duration("1h2m3s4ms5us"), Duration{3723004005});
  EXPECT_EQ(parse_duration("1.5s"), Duration{1500ms});
  EXPECT_EQ(parse_duration("0"), Duration{0});
}

TEST(Units, RefuseWhatIsNoDuration) {
  for (const char* bad : {"", "20", "s", "20 s", "-5s", "20x", "1s1s", "30s1m", "1e3s", "99999h", ".", "1..2s", "20S"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Units, WriteDurationsThatReadBack) {
  for (const Duration duration : {Duration{0}, Duration{1}, Duration{90s}, Duration{1500ms}, Duration{3723004005}})
    EXPECT_EQ(parse_duration(format_duration(duration)), duration);
  EXPECT_EQ(format_duration(90s), "1m30s");
}

TEST(Units, ReadSizesAndShares) {
  EXPECT_EQ(parse_size("128"), 128U);
  EXPECT_EQ(parse_size("4KiB"), 4096U);
  EXPECT_EQ(parse_size("1MB"), 1'000'000U);
  EXPECT_EQ(parse_size("7B"), 7U);
  for (const char* bad : {"", "KiB", "-1", "4kib", "1.5KiB", "4 KiB", "99999999999"}) EXPECT_FALSE(parse_size(bad)) << bad;
  EXPECT_DOUBLE_EQ(*parse_share("2.5%"), 0.025);
  EXPECT_DOUBLE_EQ(*parse_share("0.5"), 0.5);
  EXPECT_FALSE(parse_share("%"));
}

TEST(Units, ReadNumbersWholeOrNotAtAll) {
  EXPECT_EQ(parse_integer("1_000_000"), 1'000'000);
  for (const char* bad : {"", "_1", "1_", "1__0", "0x10", "1.0", " 1", "1 ", "9999999999999999999", "one"})
    EXPECT_FALSE(parse_integer(bad)) << bad;
  EXPECT_DOUBLE_EQ(*parse_number("-1.5e3"), -1500);
  for (const char* bad : {"", "nan", "inf", "1x", "+1"}) EXPECT_FALSE(parse_number(bad)) << bad;
}

TEST(Suggest, FindsTheWordThatWasMeant) {
  const std::string_view known[] = {"threshold", "timeout", "groups"};
  EXPECT_EQ(suggest("treshold", known), " (did you mean \"threshold\"?)");
  EXPECT_EQ(suggest("timoeut", known), " (did you mean \"timeout\"?)");
  EXPECT_EQ(suggest("Groups", known), " (did you mean \"groups\"?)");
  EXPECT_EQ(suggest("latitude", known), "");
  EXPECT_EQ(edit_distance("ab", "ba"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

enum class Colour : std::uint8_t { red, green };
constexpr Choice<Colour> colours[] = {{"red", Colour::red}, {"green", Colour::green}};

std::string read_map(const std::string& yaml, const std::function<void(MapReader&)>& work) {
  Diagnostics diagnostics;
  const std::optional<Node> root = parse_yaml(yaml, diagnostics.add_file("f.yaml"), diagnostics);
  if (!root) return diagnostics.text();
  MapReader reader{*root, "top", diagnostics};
  work(reader);
  reader.finish();
  return diagnostics.text();
}

TEST(MapReader, ReadsEveryKindOfValue) {
  std::uint16_t whole = 0;
  double number = 0, share = 0;
  bool flag = false;
  Duration duration{0};
  std::string text;
  std::vector<std::string> texts;
  std::uint32_t size = 0;
  Colour colour = Colour::red;
  EXPECT_EQ(read_map("a: 7\nb: 1.5\nc: 20%\nd: true\ne: 3s\nf: hello\ng: [x, y]\nh: 2KiB\ni: green\n",
                     [&](MapReader& reader) {
                       EXPECT_TRUE(reader.whole("a", whole));
                       EXPECT_TRUE(reader.number("b", number));
                       EXPECT_TRUE(reader.share("c", share));
                       EXPECT_TRUE(reader.flag("d", flag));
                       EXPECT_TRUE(reader.duration("e", duration));
                       EXPECT_TRUE(reader.text("f", text));
                       EXPECT_TRUE(reader.texts("g", texts));
                       EXPECT_TRUE(reader.size("h", size));
                       EXPECT_TRUE(reader.choice("i", colour, colours));
                       EXPECT_FALSE(reader.whole("missing", whole));
                     }),
            "");
  EXPECT_EQ(whole, 7);
  EXPECT_EQ(number, 1.5);
  EXPECT_EQ(share, 0.2);
  EXPECT_TRUE(flag);
  EXPECT_EQ(duration, Duration{3s});
  EXPECT_EQ(text, "hello");
  EXPECT_EQ(texts, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(size, 2048U);
  EXPECT_EQ(colour, Colour::green);
}

TEST(MapReader, SaysWhatWasExpectedAndWhatItFound) {
  std::uint8_t whole = 9;
  bool flag = true;
  Duration duration{1};
  std::string text;
  Colour colour = Colour::green;
  EXPECT_EQ(read_map("a: 256\nb: yes\nc: 3\nd: [x]\ne: gren\nf: {}\n",
                     [&](MapReader& reader) {
                       reader.whole("a", whole);
                       reader.flag("b", flag);
                       reader.duration("c", duration);
                       reader.text("d", text);
                       reader.choice("e", colour, colours);
                       reader.choice("f", colour, colours);
                       reader.require("g");
                     }),
            "f.yaml:1:1: error: top.g: missing\n"
            "f.yaml:1:4: error: top.a: expected a whole number from 0 to 255, found \"256\"\n"
            "f.yaml:2:4: error: top.b: expected true or false, found \"yes\"\n"
            "f.yaml:3:4: error: top.c: expected a duration such as 300ms, 20s, 1m30s or 1h, found \"3\"\n"
            "f.yaml:4:4: error: top.d: expected a text, found a list\n"
            "f.yaml:5:4: error: top.e: expected red or green, found \"gren\" (did you mean \"green\"?)\n"
            "f.yaml:6:4: error: top.f: expected red or green, found a map\n");
  EXPECT_EQ(whole, 9) << "a bad value leaves the default alone";
  EXPECT_EQ(colour, Colour::green);
}

TEST(MapReader, NeverTakesAQuotedTextForANumber) {
  int whole = 0;
  EXPECT_EQ(read_map("a: '7'\n", [&](MapReader& reader) { reader.whole("a", whole, {.min = 0, .max = 9}); }),
            "f.yaml:1:4: error: top.a: expected a whole number from 0 to 9, found \"7\"\n");
}

TEST(MapReader, ReportsKeysThatNobodyAskedFor) {
  int whole = 0;
  EXPECT_EQ(read_map("cout: 1\nzebra: 2\n", [&](MapReader& reader) { reader.whole("count", whole); }),
            "f.yaml:1:1: error: top.cout: unknown key (did you mean \"count\"?)\n"
            "f.yaml:2:1: error: top.zebra: unknown key; known are count\n");
}

TEST(MapReader, ReadsANodeThatIsNoMapAsAnEmptyOneAndSaysSo) {
  EXPECT_EQ(read_map("[1, 2]\n", [](MapReader&) {}), "f.yaml:1:1: error: top: expected a map, found a list\n");
}

std::string file_mistake(const std::string& path, std::size_t bytes_max) {
  Diagnostics diagnostics;
  read_text_file(path, {.wanted_at = {diagnostics.add_file("f.yaml"), 2, 3}, .bytes_max = bytes_max}, diagnostics);
  return diagnostics.text();
}

TEST(TextFile, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(file_mistake("/no/such", 10), "f.yaml:2:3: error: cannot read /no/such: No such file or directory\n");
  EXPECT_EQ(file_mistake("/tmp", 10), "f.yaml:2:3: error: cannot read /tmp: it is a directory, a file was expected\n");
  EXPECT_EQ(file_mistake("/dev/zero", 100'000), "f.yaml:2:3: error: cannot read /dev/zero: longer than 100000 bytes\n");
}

TEST(Diagnostics, ListsInOrderOfTheFileAndCountsTheRest) {
  Diagnostics diagnostics;
  const std::uint16_t file = diagnostics.add_file("f.yaml");
  for (std::uint32_t line = 250; line > 0; --line) diagnostics.error({file, line, 1}, "no");
  EXPECT_EQ(diagnostics.errors(), 250U);
  const std::string text = diagnostics.text();
  EXPECT_EQ(text.substr(0, text.find('\n')), "f.yaml:51:1: error: no");
  EXPECT_NE(text.find("... and 50 more\n"), std::string::npos);
}

TEST(Diagnostics, AWarningIsNoFailure) {
  Diagnostics diagnostics;
  diagnostics.warning({diagnostics.add_file("f.yaml"), 1, 2}, "odd");
  EXPECT_FALSE(diagnostics.failed());
  EXPECT_EQ(diagnostics.text(), "f.yaml:1:2: warning: odd\n");
}

}  // namespace
}  // namespace fleetsim::sim
