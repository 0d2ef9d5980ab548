#include "devicecore/identity.hpp"

#include <gtest/gtest.h>
#include <string>

namespace fleetsim::device {
namespace {

IdentityError error_of(std::string_view key, std::string_view name, std::string_view secret) {
  const auto parsed = Identity::parse(key, name, secret);
  EXPECT_FALSE(parsed.ok());
  return parsed.ok() ? IdentityError{} : parsed.error();
}

TEST(Identity, KeepsTheTriple) {
  const auto identity = Identity::parse("a1TestPK001", "Dev-1_x.y@z:2", "secret");
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity->product_key(), "a1TestPK001");
  EXPECT_EQ(identity->device_name(), "Dev-1_x.y@z:2");
  EXPECT_EQ(identity->device_secret(), "secret");
}

TEST(Identity, AcceptsTheLongestOfEach) {
  EXPECT_TRUE(Identity::parse(std::string(31, 'k'), std::string(32, 'n'), std::string(64, 's')).ok());
  EXPECT_TRUE(Identity::parse(std::string(32, 'k'), std::string(31, 'n'), std::string(64, 's')).ok());
}

TEST(Identity, TellsWhatIsWrong) {
  EXPECT_EQ(error_of("", "dev", "s"), IdentityError::product_key_empty);
  EXPECT_EQ(error_of("pk", "", "s"), IdentityError::device_name_empty);
  EXPECT_EQ(error_of("pk", "dev", ""), IdentityError::secret_empty);
  EXPECT_EQ(error_of(std::string(33, 'k'), "dev", "s"), IdentityError::product_key_too_long);
  EXPECT_EQ(error_of("pk", std::string(33, 'n'), "s"), IdentityError::device_name_too_long);
  EXPECT_EQ(error_of("pk", "dev", std::string(65, 's')), IdentityError::secret_too_long);
  EXPECT_EQ(error_of("p-k", "dev", "s"), IdentityError::product_key_bad_character);
  EXPECT_EQ(error_of("pk", "dev/1", "s"), IdentityError::device_name_bad_character);
  EXPECT_EQ(error_of("pk", "d\xc3\xa9v", "s"), IdentityError::device_name_bad_character);
  EXPECT_EQ(error_of("pk", "dev", "sec ret"), IdentityError::secret_bad_character);
  EXPECT_EQ(error_of("pk", "dev", std::string_view("s\0", 2)), IdentityError::secret_bad_character);
}

TEST(Identity, TogetherTheyMustFitTheClientId) {
  EXPECT_EQ(error_of(std::string(32, 'k'), std::string(32, 'n'), "s"), IdentityError::product_key_too_long);
}

TEST(Identity, ATokenStandsInPlaceOfASecretAndASecretInPlaceOfAToken) {
  Identity identity = *Identity::parse("pk", "dev", "secret");
  EXPECT_FALSE(identity.has_token());
  EXPECT_TRUE(identity.take_token("client", "token"));
  EXPECT_TRUE(identity.has_token());
  EXPECT_EQ(identity.token_client_id(), "client");
  EXPECT_EQ(identity.device_secret(), "token");
  EXPECT_FALSE(identity.without_secret().has_secret());
  EXPECT_FALSE(identity.without_secret().has_token());
  EXPECT_TRUE(identity.take_secret("secret"));
  EXPECT_FALSE(identity.has_token());
  EXPECT_EQ(identity.token_client_id(), "");
  EXPECT_EQ(identity.device_secret(), "secret");
}

TEST(Identity, WhatIsNoTokenChangesNothing) {
  Identity identity = *Identity::parse("pk", "dev", "secret");
  EXPECT_FALSE(identity.take_token("", "token"));
  EXPECT_FALSE(identity.take_token("client", ""));
  EXPECT_FALSE(identity.take_token("cli|ent", "token"));
  EXPECT_FALSE(identity.take_token("cli ent", "token"));
  EXPECT_FALSE(identity.take_token("client", "to ken"));
  EXPECT_FALSE(identity.take_token(std::string(65, 'c'), "token"));
  EXPECT_FALSE(identity.take_token("client", std::string(65, 't')));
  EXPECT_FALSE(identity.take_token(std::string(33, 'c'), std::string(64, 't'))) << "97 bytes";
  EXPECT_EQ(identity.device_secret(), "secret");
  EXPECT_FALSE(identity.has_token());
  EXPECT_TRUE(identity.take_token(std::string(32, 'c'), std::string(64, 't'))) << "96 bytes";
}

TEST(Identity, EveryErrorHasWords) {
  for (int i = 0; i <= static_cast<int>(IdentityError::secret_bad_character); ++i)
    EXPECT_FALSE(describe(static_cast<IdentityError>(i)).empty()) << i;
}

}  // namespace
}  // namespace fleetsim::device
