// The throw-away authority: what its certificates stand for, and its file.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform-mock/server/certificate_authority.hpp"

namespace fleetsim::platform {
namespace {

class AuthorityFile : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  const std::string path_ = testing::TempDir() + "authority-" + std::to_string(::getpid()) + ".pem";
};

TEST(Authority, LeafStandsForItsNamesAndForAddressesInBothForms) {
  auto authority = CertificateAuthority::create();
  ASSERT_TRUE(authority.ok());
  auto leaf = authority->issue(KeyKind::ecdsa_p256, {.dns = {"*.mqtt.iothub.aliyuncs.com"}, .addresses = {"127.0.2.1", "::1"}});
  ASSERT_TRUE(leaf.ok());
  X509* certificate = leaf->certificate.get();
  EXPECT_EQ(X509_check_host(certificate, "iot-060a0b.mqtt.iothub.aliyuncs.com", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate, "a.b.mqtt.iothub.aliyuncs.com", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(certificate, "127.0.2.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate, "::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate, "127.0.2.2", 0), 0);
  // mbedTLS 2.28 compares the text of an address with the dNSNames.
  EXPECT_EQ(X509_check_host(certificate, "127.0.2.1", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_check_ca(certificate), 0);
}

TEST(Authority, TwoOfThemDoNotSignForEachOther) {
  auto one = CertificateAuthority::create();
  auto other = CertificateAuthority::create();
  EXPECT_NE(one->pem(), other->pem());
}

TEST_F(AuthorityFile, IsMadeOnceForItsOwnerOnlyAndUsedAgain) {
  auto first = CertificateAuthority::load_or_create(path_);
  ASSERT_TRUE(first.ok());
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  auto second = CertificateAuthority::load_or_create(path_);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->pem(), first->pem());
  EXPECT_TRUE(second->issue(KeyKind::ecdsa_p256, {.dns = {"localhost"}, .addresses = {}}).ok());
}

TEST_F(AuthorityFile, SaysWhatIsWrongWithIt) {
  std::ofstream{path_} << "no PEM";
  auto broken = CertificateAuthority::load_or_create(path_);
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().what, path_ + " holds no certificate");
  EXPECT_FALSE(broken.error().hint.empty());

  auto authority = CertificateAuthority::create();
  std::ofstream{path_} << authority->pem();
  auto without_key = CertificateAuthority::load_or_create(path_);
  ASSERT_FALSE(without_key.ok());
  EXPECT_EQ(without_key.error().what, path_ + " holds no private key");
}

TEST(Authority, AnUnwritablePathIsAnError) {
  auto authority = CertificateAuthority::load_or_create("/nonexistent/ca.pem");
  ASSERT_FALSE(authority.ok());
  EXPECT_NE(authority.error().what.find("/nonexistent/ca.pem"), std::string::npos);
}

}  // namespace
}  // namespace fleetsim::platform
