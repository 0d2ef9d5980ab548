#include "tests/devicecore/openssl_peer.hpp"

#include <array>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace fleetsim::device::testing {
namespace {

constexpr unsigned rsa_bits = 2048;

void check(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

KeyPtr make_key(CertificateAuthority::KeyKind kind) {
  KeyPtr key(kind == CertificateAuthority::KeyKind::rsa ? EVP_RSA_gen(rsa_bits) : EVP_EC_gen("P-256"));
  check(key != nullptr, "key");
  return key;
}

void name(X509_NAME* entry, const char* common_name) {
  check(X509_NAME_add_entry_by_txt(entry, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0) == 1, "name");
}

void extend(X509* certificate, int kind, const std::string& value) {
  std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

CertificatePtr blank(EVP_PKEY* key, const CertificateAuthority::Wish& wish, const char* common_name) {
  static long serial = 0;
  CertificatePtr certificate(X509_new());
  check(certificate != nullptr, "certificate");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.valid_from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.valid_until_s);
  X509_set_pubkey(certificate.get(), key);
  name(X509_get_subject_name(certificate.get()), common_name);
  return certificate;
}

}  // namespace

CertificateAuthority::CertificateAuthority() {
  self_.key = make_key(KeyKind::p256);
  self_.certificate = blank(self_.key.get(), Wish{}, "throw-away CA");
  X509_set_issuer_name(self_.certificate.get(), X509_get_subject_name(self_.certificate.get()));
  extend(self_.certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(self_.certificate.get(), NID_key_usage, "critical,keyCertSign");
  check(X509_sign(self_.certificate.get(), self_.key.get(), EVP_sha256()) != 0, "sign");
}

std::string CertificateAuthority::pem() const {
  std::unique_ptr<BIO, Freed<BIO_free_all>> memory(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_X509(memory.get(), self_.certificate.get()) == 1, "pem");
  char* text = nullptr;
  const long bytes = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(bytes)};
}

Credentials CertificateAuthority::issue(const Wish& wish) const {
  Credentials issued;
  issued.key = make_key(wish.key);
  issued.certificate = blank(issued.key.get(), wish, wish.dns_names.empty() ? "nobody" : wish.dns_names.front().c_str());
  X509_set_issuer_name(issued.certificate.get(), X509_get_subject_name(self_.certificate.get()));
  std::string names;
  for (const std::string& dns_name : wish.dns_names) names += (names.empty() ? "DNS:" : ",DNS:") + dns_name;
  if (!names.empty()) extend(issued.certificate.get(), NID_subject_alt_name, names);
  check(X509_sign(issued.certificate.get(), self_.key.get(), EVP_sha256()) != 0, "sign");
  return issued;
}

OpensslPeer::OpensslPeer(const Credentials& credentials, const Settings& settings) : context_(SSL_CTX_new(TLS_server_method())) {
  SSL_CTX_set_min_proto_version(context_.get(), settings.version_min);
  SSL_CTX_set_max_proto_version(context_.get(), settings.version_max);
  if (!settings.ciphers.empty()) check(SSL_CTX_set_cipher_list(context_.get(), settings.ciphers.c_str()) == 1, "ciphers");
  check(SSL_CTX_use_certificate(context_.get(), credentials.certificate.get()) == 1, "use certificate");
  check(SSL_CTX_use_PrivateKey(context_.get(), credentials.key.get()) == 1, "use key");
  ssl_.reset(SSL_new(context_.get()));
  check(ssl_ != nullptr, "session");
  from_client_ = BIO_new(BIO_s_mem());
  to_client_ = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl_.get(), from_client_, to_client_);
  SSL_set_accept_state(ssl_.get());
}

void OpensslPeer::receive(ByteView ciphertext) {
  if (!ciphertext.empty()) BIO_write(from_client_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  std::array<char, 4096> buffer{};
  for (;;) {
    const int count = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) return;
    plaintext.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::vector<std::uint8_t> OpensslPeer::take() {
  std::vector<std::uint8_t> ciphertext(BIO_ctrl_pending(to_client_));
  if (!ciphertext.empty()) BIO_read(to_client_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  return ciphertext;
}

void OpensslPeer::write(ByteView bytes) {
  check(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size()), "write");
}

std::string OpensslPeer::curve() const {
  const char* group = OBJ_nid2sn(static_cast<int>(SSL_get_negotiated_group(ssl_.get())));
  return group == nullptr ? "" : group;
}

std::string OpensslPeer::server_name() const {
  const char* asked = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return asked == nullptr ? "" : asked;
}

}  // namespace fleetsim::device::testing
