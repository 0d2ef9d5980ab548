#include <gtest/gtest.h>
#include <limits>

#include "sim/report/json_writer.hpp"
#include "sim/report/number_text.hpp"

namespace fleetsim::sim {
namespace {

TEST(NumberText, GroupsThousands) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(1234567), "1,234,567");
}

TEST(NumberText, ShowsSecondsInTheUnitThatFits) {
  EXPECT_EQ(seconds_text(0), "0s");
  EXPECT_EQ(seconds_text(0.000085), "85µs");
  EXPECT_EQ(seconds_text(0.0123), "12.3ms");
  EXPECT_EQ(seconds_text(0.412), "412ms");
  EXPECT_EQ(seconds_text(1.239), "1.24s");
  EXPECT_EQ(seconds_text(2.0), "2s");
  EXPECT_EQ(seconds_text(125.2), "2m05s");
}

TEST(NumberText, NeverShowsAThousandOfTheSmallerUnit) {
  EXPECT_EQ(seconds_text(0.0009996), "1ms");
  EXPECT_EQ(seconds_text(0.9996), "1s");
}

TEST(NumberText, CountsColumnsNotBytes) {
  EXPECT_EQ(columns_of("85µs"), 4U);
  EXPECT_EQ(padded_left("85µs", 6), "  85µs");
  EXPECT_EQ(padded_right("µ", 3), "µ  ");
  EXPECT_EQ(shortened("abcdefgh", 6), "abc...");
  EXPECT_EQ(shortened("abc", 6), "abc");
  EXPECT_EQ(shortened("µµµµµµµ", 6), "µµµ...");
}

TEST(NumberText, ShowsBytesAndDecimals) {
  EXPECT_EQ(bytes_text(0), "0B");
  EXPECT_EQ(bytes_text(1840), "1.84KB");
  EXPECT_EQ(bytes_text(3.2e6), "3.2MB");
  EXPECT_EQ(decimal_text(0.5), "0.5");
  EXPECT_EQ(decimal_text(4000), "4,000");
}

std::string json_of(std::string_view text) {
  std::string out;
  append_json_text(out, text);
  return out;
}

// RFC 8259 §7: quotation mark, reverse solidus and U+0000 to U+001F must be escaped.
TEST(JsonText, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(json_of("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_of("\n\r\t\b\f"), R"("\n\r\t\b\f")");
  EXPECT_EQ(json_of(std::string_view{"\0\x1f", 2}), R"("\u0000\u001f")");
  EXPECT_EQ(json_of("µ → 設備"), "\"µ → 設備\"");
}

// RFC 8259 §8.1: text between systems is UTF-8. Bad bytes (RFC 3629 §3) become U+FFFD.
TEST(JsonText, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(json_of("a\xFF"
                    "b"),
            "\"a\xEF\xBF\xBD"
            "b\"");
  EXPECT_EQ(json_of("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"") << "overlong";
  EXPECT_EQ(json_of("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"") << "surrogate";
  EXPECT_EQ(json_of("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"") << "cut";
  EXPECT_EQ(json_of("\xF0\x9F\x98\x80"), "\"\xF0\x9F\x98\x80\"");
}

TEST(JsonWriter, WritesNestedValuesOnOneLine) {
  std::string out;
  JsonWriter json{out};
  json.begin_object();
  json.field("a", 1);
  json.key("b");
  json.begin_array();
  json.value(true);
  json.null();
  json.value(0.25);
  json.value(std::numeric_limits<double>::infinity());
  json.begin_object();
  json.end_object();
  json.end_array();
  json.field("c", "x");
  json.end_object();
  EXPECT_EQ(out, R"({"a":1,"b":[true,null,0.25,null,{}],"c":"x"})");
}

}  // namespace
}  // namespace fleetsim::sim
