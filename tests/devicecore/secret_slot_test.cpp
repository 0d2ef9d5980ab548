// The device secret in flash: whole or not at all, and only the device's own.
#include "devicecore/secret_slot.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

using SecretBytes = std::array<std::uint8_t, limits::endpoint_slot_bytes>;

SecretBytes secret_bytes_of(const char* name, const char* secret) {
  SecretBytes slot{};
  encode_secret(*Identity::parse("a1TestPK001", name, secret), slot);
  return slot;
}

TEST(SecretSlot, GivesTheSecretBack) {
  const std::string longest(limits::device_secret_bytes_max, 's');
  for (const char* secret : {"s", longest.c_str()}) {
    Identity identity = *Identity::parse_unregistered("a1TestPK001", "dev1");
    EXPECT_FALSE(identity.has_secret());
    ASSERT_TRUE(decode_secret(secret_bytes_of("dev1", secret), identity));
    EXPECT_EQ(identity.device_secret(), secret);
  }
}

void expect_no_bit_may_be_wrong(const SecretBytes& good) {
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    SecretBytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    Identity identity = *Identity::parse_unregistered("a1TestPK001", "dev1");
    EXPECT_FALSE(decode_secret(bad, identity)) << "bit " << bit;
    EXPECT_FALSE(identity.has_secret());
  }
}

TEST(SecretSlot, OneWrongBitAnywhereIsNoSecret) { expect_no_bit_may_be_wrong(secret_bytes_of("dev1", "its-own-secret")); }

TEST(SecretSlot, GivesATokenBackWithItsClientId) {
  const std::string longest_token(limits::device_secret_bytes_max, 't');
  const std::string longest_id(limits::client_id_bytes_max, 'c');
  const std::size_t rest = limits::credential_bytes_max - limits::client_id_bytes_max;
  const std::pair<std::string, std::string> pairs[] = {
      {"c", "t"}, {longest_id, longest_token.substr(0, rest)}, {longest_id.substr(0, rest), longest_token}};
  for (const auto& [client_id, token] : pairs) {
    Identity written = *Identity::parse_unregistered("a1TestPK001", "dev1");
    ASSERT_TRUE(written.take_token(client_id, token));
    SecretBytes slot{};
    encode_secret(written, slot);
    Identity identity = *Identity::parse_unregistered("a1TestPK001", "dev1");
    ASSERT_TRUE(decode_secret(slot, identity));
    EXPECT_TRUE(identity.has_token());
    EXPECT_EQ(identity.device_secret(), token);
    EXPECT_EQ(identity.token_client_id(), client_id);
  }
}

TEST(SecretSlot, OneWrongBitAnywhereIsNoToken) {
  Identity written = *Identity::parse_unregistered("a1TestPK001", "dev1");
  ASSERT_TRUE(written.take_token("its-client-id", "its-own-token"));
  SecretBytes good{};
  encode_secret(written, good);
  expect_no_bit_may_be_wrong(good);
}

TEST(SecretSlot, AFirmwareThatKnowsNoTokensFindsNoWholeRecord) {
  Identity written = *Identity::parse_unregistered("a1TestPK001", "dev1");
  ASSERT_TRUE(written.take_token("its-client-id", "its-own-token"));
  SecretBytes slot{};
  encode_secret(written, slot);
  EXPECT_EQ(slot[4], 2) << "of a secret it is 1";
  EXPECT_EQ(secret_bytes_of("dev1", "its-own-secret")[4], 1);
}

TEST(SecretSlot, AnotherDevicesSecretIsNotTaken) {
  Identity identity = *Identity::parse_unregistered("a1TestPK001", "dev2");
  EXPECT_FALSE(decode_secret(secret_bytes_of("dev1", "its-own-secret"), identity));
}

TEST(SecretSlot, AnEmptyOrShortSlotIsNone) {
  Identity identity = *Identity::parse_unregistered("a1TestPK001", "dev1");
  EXPECT_FALSE(decode_secret({}, identity));
  EXPECT_FALSE(decode_secret(ByteView(secret_bytes_of("dev1", "its-own-secret")).first(80), identity));
  EXPECT_FALSE(decode_secret(SecretBytes{}, identity));
}

}  // namespace
}  // namespace fleetsim::device
