// Where secrets stand in JSON, forms and client ids, and how bytes are shown.
#include "sim/trace/secrets.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/trace/plain_text.hpp"

namespace fleetsim::sim {
namespace {

std::string shown(std::string_view text) { return without_secrets(text, find_secrets(text)); }

TEST(Secrets, AreFoundUnderEveryNameAndInEveryForm) {
  using Case = std::pair<std::string_view, std::string_view>;
  const std::array<Case, 14> cases{{
      {R"~({"deviceSecret":"abc"})~", R"~({"deviceSecret":"(3 bytes)"})~"},
      {R"~({"deviceSecret" : "abc", "id":1})~", R"~({"deviceSecret" : "(3 bytes)", "id":1})~"},
      {R"~({"sign":"a\"b","id":1})~", R"~({"sign":"(4 bytes)","id":1})~"},
      {R"~({"random":12345,"id":1})~", R"~({"random":(5 bytes),"id":1})~"},
      {R"~({"data":"{\"deviceToken\":\"abc\"}"})~", R"~({"data":"{\"deviceToken\":\"(3 bytes)\"}"})~"},
      {R"~({"deviceSecret":"ab)~", R"~({"deviceSecret":"(2 bytes))~"},
      {R"~({"DEVICESECRET":"abc"})~", R"~({"DEVICESECRET":"(3 bytes)"})~"},
      {"productKey=a&random=r&sign=AB&x=1", "productKey=a&random=(1 bytes)&sign=(2 bytes)&x=1"},
      {"dev1|random=77,securemode=2|", "dev1|random=(2 bytes),securemode=2|"},
      {"http://h/f?Expires=1&Signature=ab\"", "http://h/f?Expires=1&Signature=(2 bytes)\""},
      {"signmethod=hmacsha256", "signmethod=hmacsha256"},
      {"resign=1", "resign=1"},
      {"the password is lost", "the password is lost"},
      {R"~({"sign":""})~", R"~({"sign":""})~"},
  }};
  for (const auto& [text, wanted] : cases) EXPECT_EQ(shown(text), wanted);
}

TEST(Secrets, AreOverwrittenWithoutALengthThatChanges) {
  std::string text = "a=1&sign=secret&b=2";
  const std::vector<ByteRange> found = find_secrets(text);
  overwrite_secrets({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, found);
  EXPECT_EQ(text, "a=1&sign=******&b=2");
}

TEST(PlainText, IsOneLineWithoutControlCharacters) {
  EXPECT_EQ(plain_text("a\r\nb\tc", 100), "a  b c");
  EXPECT_EQ(plain_text("a\x1b[31m", 100), "61 1b 5b 33 31 6d") << "a terminal would obey it";
  EXPECT_EQ(plain_text("a\x7f", 100) + plain_text("\xc2\x9b", 100), "61 7fc2 9b") << "and these";
  EXPECT_EQ(plain_text("gr\xc3\xbc\xc3\x9f", 100), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(plain_text("\xc3\x28", 100), "c3 28");
}

TEST(PlainText, IsCutBetweenLettersAndSaysHowLongItWas) {
  EXPECT_EQ(plain_text("abcdef", 3), "abc ... (6 bytes)");
  EXPECT_EQ(plain_text("ab\xc3\xbc"
                       "cd",
                       3),
            "ab ... (6 bytes)");
  EXPECT_EQ(hex_bytes(bytes_of(std::string(30, 'a')), 2), "61 61 ... (30 bytes)");
}

TEST(PlainText, TellsUtf8FromWhatLooksLikeIt) {
  for (const std::string_view bad :
       {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xe2\x82"})
    EXPECT_FALSE(is_utf8(bad));
  for (const std::string_view good : {"", "a", "\xc2\x80", "\xe2\x82\xac", "\xf0\x9f\x99\x82", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good));
}

TEST(Secrets, AValueIsOneSecretAndABareOneEndsWhereItsObjectDoes) {
  EXPECT_EQ(find_secrets("sign=token=abc").size(), 1U);
  constexpr std::string_view json = R"({"token": 55})";
  EXPECT_EQ(without_secrets(json, find_secrets(json)), R"({"token": (2 bytes)})");
}

}  // namespace
}  // namespace fleetsim::sim
