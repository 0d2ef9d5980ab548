// The small parts of the management API: encodings, the JSON writer, nonces, rates, random ids.
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "platform-mock/core/api/json_writer.hpp"
#include "platform-mock/core/api/rate_limiter.hpp"
#include "platform-mock/core/api/replay_guard.hpp"
#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/random_ids.hpp"

namespace fleetsim::platform {
namespace {

using std::chrono::milliseconds;

TEST(TextCoding, PercentEncodesAsRfc3986) {
  EXPECT_EQ(percent_encoded("aZ09-_.~"), "aZ09-_.~");
  EXPECT_EQ(percent_encoded(" *+/=&%:"), "%20%2A%2B%2F%3D%26%25%3A");
  EXPECT_EQ(percent_encoded("\xc3\xa9"), "%C3%A9");
}

TEST(TextCoding, PercentDecodes) {
  std::string out;
  append_form_decoded(out, "a%20b+c%2a%2A%zz%4");
  EXPECT_EQ(out, "a b c**%zz%4");
}

TEST(TextCoding, Base64IsThatOfRfc4648) {  // its §10
  const std::pair<std::string, std::string> vectors[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64_of(bytes_of(plain)), encoded);
    EXPECT_EQ(decode_base64(encoded), plain);
  }
  for (const std::string_view wrong : {"Zg=", "Zg", "Z===", "Zm9v!A==", "=Zm9", "Zm8=Zm8="}) EXPECT_FALSE(decode_base64(wrong)) << wrong;
}

TEST(TextCoding, ComparesWholeTexts) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
}

TEST(JsonWriter, NestsAndEscapes) {
  JsonWriter out;
  out.begin();
  out.member("a", "x\"\\\n\x01").member("n", -3).member("b", true);
  out.object("o").array("list").item().member("i", 1).end().item().end().end().end();
  out.array("texts").value("p").value("q").end().raw("r", "[1]");
  EXPECT_EQ(out.finish(), R"({"a":"x\"\\\u000a\u0001","n":-3,"b":true,"o":{"list":[{"i":1},{}]},"texts":["p","q"],"r":[1]})");
  out.begin();
  EXPECT_EQ(out.finish(), "{}") << "begins anew";
}

TEST(ReplayGuard, RefusesANonceOfTheSameAccount) {
  ReplayGuard guard({.nonces_max = 100, .keep_s = 10});
  EXPECT_TRUE(guard.remember(AccountIndex{0}, "n", 0));
  EXPECT_FALSE(guard.remember(AccountIndex{0}, "n", 1));
  EXPECT_TRUE(guard.remember(AccountIndex{1}, "n", 1));
  EXPECT_TRUE(guard.remember(AccountIndex{0}, "m", 1));
}

TEST(ReplayGuard, RemembersAsLongAsItMustAndNotForEver) {
  ReplayGuard guard({.nonces_max = 100, .keep_s = 10});
  EXPECT_TRUE(guard.remember(AccountIndex{0}, "n", 0));
  EXPECT_TRUE(guard.remember(AccountIndex{0}, "a", 11));
  EXPECT_FALSE(guard.remember(AccountIndex{0}, "n", 12)) << "of the older generation";
  EXPECT_TRUE(guard.remember(AccountIndex{0}, "b", 22));
  EXPECT_TRUE(guard.remember(AccountIndex{0}, "n", 22));
}

TEST(ReplayGuard, IsBounded) {
  ReplayGuard guard({.nonces_max = 1000, .keep_s = 1000});
  for (int i = 0; i < 5000; ++i) EXPECT_TRUE(guard.remember(AccountIndex{0}, std::to_string(i), 0));
  EXPECT_LE(guard.size(), 1000U);
  EXPECT_FALSE(guard.remember(AccountIndex{0}, "4999", 0));
}

TEST(RateLimiter, CountsEachAccountActionAndSecond) {
  RateLimiter rates(3);
  const Instant now{milliseconds{1500}};
  EXPECT_TRUE(rates.take({AccountIndex{0}, 1, 2}, now));
  EXPECT_TRUE(rates.take({AccountIndex{0}, 1, 2}, now));
  EXPECT_FALSE(rates.take({AccountIndex{0}, 1, 2}, now));
  EXPECT_TRUE(rates.take({AccountIndex{0}, 2, 2}, now));
  EXPECT_TRUE(rates.take({AccountIndex{7}, 1, 2}, now));
  EXPECT_FALSE(rates.take({AccountIndex{0}, 1, 2}, Instant{milliseconds{1999}}));
  EXPECT_TRUE(rates.take({AccountIndex{0}, 1, 2}, Instant{milliseconds{2000}}));
}

TEST(RandomIds, ComeFromTheSeedAndTheConcernAlone) {
  RandomIds a(1, "keys");
  RandomIds again(1, "keys");
  RandomIds other_seed(2, "keys");
  RandomIds other_concern(1, "secrets");
  const std::string first = a.text(20);
  EXPECT_EQ(first, again.text(20));
  EXPECT_NE(first, other_seed.text(20));
  EXPECT_NE(first, other_concern.text(20));
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i) all.insert(a.uuid());
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_EQ(all.begin()->size(), 36U);
}

}  // namespace
}  // namespace fleetsim::platform
