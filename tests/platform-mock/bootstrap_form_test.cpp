#include <gtest/gtest.h>

#include "platform-mock/core/http/form.hpp"

namespace fleetsim::platform {
namespace {

std::string read(std::string_view form, std::string_view name) {
  FormField<8> field;
  switch (field.read(form, name)) {
    case FormPresence::absent:
      return "absent";
    case FormPresence::too_long:
      return "too long";
    case FormPresence::found:
      return "=" + std::string{field.view()};
  }
  return {};
}

TEST(Form, FindsAFieldByItsWholeName) {
  EXPECT_EQ(read("a=1&ab=2&b=3", "ab"), "=2");
  EXPECT_EQ(read("a=1&ab=2&b=3", "b"), "=3");
  EXPECT_EQ(read("a=1", "b"), "absent");
  EXPECT_EQ(read("", "b"), "absent");
  EXPECT_EQ(read("b", "b"), "=");
  EXPECT_EQ(read("b=", "b"), "=");
  EXPECT_EQ(read("&&b=1&b=2", "b"), "=1") << "the first counts";
  EXPECT_EQ(read("b=x=y", "b"), "=x=y");
}

TEST(Form, DecodesPercentAndPlusAndTakesBareColonAndAt) {
  EXPECT_EQ(read("n=a%3Ab%40c", "n"), "=a:b@c");
  EXPECT_EQ(read("n=a%3ab", "n"), "=a:b");
  EXPECT_EQ(read("n=a:b@c", "n"), "=a:b@c");
  EXPECT_EQ(read("n=a+b", "n"), "=a b");
}

TEST(Form, APercentWithoutTwoHexDigitsStandsForItself) {
  EXPECT_EQ(read("n=%", "n"), "=%");
  EXPECT_EQ(read("n=%4", "n"), "=%4");
  EXPECT_EQ(read("n=%zz", "n"), "=%zz");
  EXPECT_EQ(read("n=%4g", "n"), "=%4g");
}

TEST(Form, AValueFitsOrIsTooLong) {
  EXPECT_EQ(read("n=12345678", "n"), "=12345678");
  EXPECT_EQ(read("n=123456789", "n"), "too long");
  EXPECT_EQ(read("n=%31%32%33%34%35%36%37%38", "n"), "=12345678") << "counted after decoding";
}

}  // namespace
}  // namespace fleetsim::platform
