// The throw-away authority: what its certificates stand for, and its file.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
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

/// X509_V_OK, or what is wrong with what a server shows.
int verify(const CertificateAuthority& authority, const ServerIdentity& shown) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text{BIO_new_mem_buf(authority.pem().data(), static_cast<int>(authority.pem().size())),
                                                       &BIO_free};
  const CertificateHandle trusted{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)};
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store{X509_STORE_new(), &X509_STORE_free};
  X509_STORE_add_cert(store.get(), trusted.get());
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> sent{sk_X509_new_null(),
                                                                        [](STACK_OF(X509) * all) { sk_X509_free(all); }};
  for (const CertificateHandle& signer : shown.chain) sk_X509_push(sent.get(), signer.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context{X509_STORE_CTX_new(), &X509_STORE_CTX_free};
  X509_STORE_CTX_init(context.get(), store.get(), shown.certificate.get(), sent.get());
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

TEST(Authority, SignsThroughAnIntermediateThatIsSentOrKept) {
  const auto authority = CertificateAuthority::create();
  const auto sent = authority->issue_through(Between::intermediate, KeyKind::ecdsa_p256, {.dns = {"localhost"}, .addresses = {}});
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(sent->chain.size(), 1U);
  EXPECT_EQ(verify(*authority, *sent), X509_V_OK);
  const auto kept = authority->issue_through(Between::unsent_intermediate, KeyKind::ecdsa_p256, {.dns = {"localhost"}, .addresses = {}});
  ASSERT_TRUE(kept.ok());
  EXPECT_TRUE(kept->chain.empty());
  EXPECT_EQ(verify(*authority, *kept), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  EXPECT_GE(X509_get_ext_by_NID(kept->certificate.get(), NID_info_access, -1), 0) << "it tells where its issuer is";
}

TEST(Authority, SignsThroughAServersCertificateWhichIsNoCa) {
  const auto authority = CertificateAuthority::create();
  const auto made = authority->issue_through(Between::leaf, KeyKind::ecdsa_p256, {.dns = {"localhost"}, .addresses = {}});
  ASSERT_TRUE(made.ok());
  ASSERT_EQ(made->chain.size(), 1U);
  EXPECT_EQ(X509_check_ca(made->chain.front().get()), 0);
  EXPECT_EQ(X509_verify(made->certificate.get(), X509_get0_pubkey(made->chain.front().get())), 1) << "its signature is right";
  EXPECT_EQ(verify(*authority, *made), X509_V_ERR_INVALID_CA);
}

TEST(Authority, IssuesForClientsWhatNoServerMayShow) {
  const auto authority = CertificateAuthority::create();
  const auto made = authority->issue_for_client(KeyKind::ecdsa_p256, {.dns = {"localhost"}, .addresses = {}});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(verify(*authority, *made), X509_V_ERR_INVALID_PURPOSE);
  EXPECT_EQ(X509_check_purpose(made->certificate.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
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
