// Vectors: "clientId12345deviceNamedeviceproductKeypktimestamp789" with secret "secret" is the example of the platform's page on
// signatures (the first 36 digits of its HMAC-SHA1 are printed there); the full values, and those of the other methods, were computed
// with openssl. The last vector was taken from a real SDK on the wire.
#include "devicecore/signing.hpp"

#include <array>
#include <gtest/gtest.h>
#include <memory>

#include "devicecore/profiles/list.hpp"
#include "tests/devicecore/test_hmac.hpp"

namespace fleetsim::device {
namespace {

std::string signature(HmacMethod method, const SignedFields& fields) {
  std::array<std::uint8_t, 128> storage{};
  TextWriter text(storage);
  EXPECT_TRUE(put_signature(testing::test_hmac(), method, "secret", fields, text));
  return std::string(text.text());
}

constexpr SignedFields documented = {"12345", "device", "pk", "789"};

TEST(Signing, HmacSha1OfTheDocumentedExample) {
  EXPECT_EQ(signature(HmacMethod::sha1, documented), "FAFD82A3D602B37FB0FA8B7892F24A477F851A14");
}

TEST(Signing, HmacMd5OfTheDocumentedExample) { EXPECT_EQ(signature(HmacMethod::md5, documented), "14B198324FE55E1D3C88F2E705E201EE"); }

TEST(Signing, HmacSha256OfTheDocumentedExample) {
  EXPECT_EQ(signature(HmacMethod::sha256, documented), "6074A46A91B1EBB2CC4EA42790AD0E80202C9843859FC292E57C4EB19FAD9E57");
}

TEST(Signing, FieldsThatAreNotSentAreNotSigned) {
  EXPECT_EQ(signature(HmacMethod::sha1, {"", "device", "pk", ""}), "EF1338106EBF173868958116F51797C8B9149855");
}

TEST(Signing, HmacSha256AsARealSdkSendsIt) {
  EXPECT_EQ(signature(HmacMethod::sha256, {"a1TestPK001.dev1", "dev1", "a1TestPK001", signing_timestamp}),
            "6E9A07390853C1ECEDF94FEEC3D724BC7514561EEF2250039AF490E5A4307656");
}

class CredentialsTest : public ::testing::Test {
 protected:
  std::optional<Credentials> make() {
    workspace_->reset();
    return make_credentials(config_, *Identity::parse("a1TestPK001", "dev1", "secret"), *workspace_);
  }
  std::unique_ptr<Workspace> workspace_ = std::make_unique<Workspace>();
  DeviceConfig config_{.profile = &reference_profile, .hmac = testing::test_hmac()};
};

TEST_F(CredentialsTest, LookLikeThoseOfARealSdk) {
  const auto credentials = make();
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->client_id,
            "a1TestPK001.dev1|timestamp=2524608000000,_ss=1,_v=fleetsim-1.0.0,securemode=2,signmethod=hmacsha256,ext=3|");
  EXPECT_EQ(credentials->username, "dev1&a1TestPK001");
  EXPECT_EQ(credentials->password, "6E9A07390853C1ECEDF94FEEC3D724BC7514561EEF2250039AF490E5A4307656");
}

TEST_F(CredentialsTest, NameTheMethodAndTheSecurityOfTheLink) {
  config_.mqtt_tls = false;
  config_.sign_method = HmacMethod::sha1;
  config_.firmware_version = "x-2";
  EXPECT_EQ(make()->client_id, "a1TestPK001.dev1|timestamp=2524608000000,_ss=1,_v=x-2,securemode=3,signmethod=hmacsha1,ext=3|");
  config_.sign_method = HmacMethod::md5;
  EXPECT_EQ(make()->client_id, "a1TestPK001.dev1|timestamp=2524608000000,_ss=1,_v=x-2,securemode=3,signmethod=hmacmd5,ext=3|");
  EXPECT_EQ(make()->password.size(), 32U);
}

TEST_F(CredentialsTest, PlainOnesAreGivenAsTheyAre) {
  config_.credentials = CredentialStyle::plain;
  config_.plain_username = "user";
  config_.plain_password = "word";
  const auto credentials = make();
  EXPECT_EQ(credentials->client_id, "a1TestPK001.dev1");
  EXPECT_EQ(credentials->username, "user");
  EXPECT_EQ(credentials->password, "word");
}

TEST_F(CredentialsTest, AnonymousOnesAreAClientIdOnly) {
  config_.credentials = CredentialStyle::anonymous;
  const auto credentials = make();
  EXPECT_EQ(credentials->client_id, "a1TestPK001.dev1");
  EXPECT_TRUE(credentials->username.empty());
  EXPECT_TRUE(credentials->password.empty());
}

TEST_F(CredentialsTest, AFailingHmacGivesNone) {
  config_.hmac = {};
  EXPECT_FALSE(make());
  config_.hmac.compute = [](void*, HmacMethod, ByteView, ByteView, MutableBytes) -> std::size_t { return 0; };
  EXPECT_FALSE(make());
}

TEST_F(CredentialsTest, AFullScratchGivesNone) {
  workspace_->keep(workspace_->scratch_free() - 100);
  EXPECT_FALSE(make_credentials(config_, *Identity::parse("a1TestPK001", "dev1", "secret"), *workspace_));
}

}  // namespace
}  // namespace fleetsim::device
