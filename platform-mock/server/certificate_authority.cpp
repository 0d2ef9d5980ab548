#include "platform-mock/server/certificate_authority.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>
#include <utility>

namespace fleetsim::platform {
namespace {

constexpr long kDaySeconds = 24L * 60 * 60;
constexpr long kAuthorityDays = 3650;
constexpr long kLeafDays = 825;  // what clients accept at most of a private authority
constexpr std::size_t kRsaBits = 2048;

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioHandle = std::unique_ptr<BIO, BioDeleter>;

struct ExtensionDeleter {
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
struct NamesDeleter {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

CertificateError openssl_error(const std::string& doing) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return {.what = doing + ": " + text.data(), .hint = "check the OpenSSL 3 installation and its openssl.cnf"};
}

std::string pem_of(X509* certificate) {
  const BioHandle bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(bio.get(), certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

KeyHandle make_key(KeyKind kind, const TlsGround& ground) {
  switch (kind) {
    case KeyKind::rsa_2048:
      return KeyHandle{EVP_PKEY_Q_keygen(ground.library, nullptr, "RSA", kRsaBits)};
    case KeyKind::ecdsa_p256:
      return KeyHandle{EVP_PKEY_Q_keygen(ground.library, nullptr, "EC", "P-256")};
  }
  return {};
}

bool set_random_serial(X509* certificate, const TlsGround& ground) {
  std::array<std::uint8_t, 16> raw{};
  if (RAND_bytes_ex(ground.library, raw.data(), raw.size(), 0) != 1) return false;
  raw[0] &= 0x7f;  // a serial is positive and this keeps its length
  raw[0] |= 0x40;
  std::unique_ptr<BIGNUM, decltype(&BN_free)> number{BN_bin2bn(raw.data(), static_cast<int>(raw.size()), nullptr), &BN_free};
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, ExtensionDeleter> extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_name(GENERAL_NAMES* names, int kind, ASN1_STRING* value) {
  if (value == nullptr) return false;
  GENERAL_NAME* name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, kind, value);
  return sk_GENERAL_NAME_push(names, name) > 0;
}

bool add_dns(GENERAL_NAMES* names, const std::string& text) {
  ASN1_IA5STRING* value = ASN1_IA5STRING_new();
  if (value != nullptr) ASN1_STRING_set(value, text.data(), static_cast<int>(text.size()));
  return add_name(names, GEN_DNS, value);
}

// mbedTLS 2.28, which many a firmware ships, does not look at iPAddress entries and compares the text of the address with the
// dNSNames: so each address is there twice.
bool add_subject_names(X509* certificate, const CertificateNames& wanted) {
  const std::unique_ptr<GENERAL_NAMES, NamesDeleter> names{GENERAL_NAMES_new()};
  for (const std::string& name : wanted.dns)
    if (!add_dns(names.get(), name)) return false;
  for (const std::string& address : wanted.addresses) {
    if (!add_name(names.get(), GEN_IPADD, a2i_IPADDRESS(address.c_str()))) return false;
    if (!add_dns(names.get(), address)) return false;
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

/// From the first day to the last, both counted from today.
struct Days {
  long first = -1;  // a day back: devices whose clock is a little behind exist
  long last = 0;
};

CertificateHandle blank_certificate(EVP_PKEY* key, const char* common_name, const Days& days, const TlsGround& ground) {
  CertificateHandle certificate{X509_new_ex(ground.library, nullptr)};
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 || !set_random_serial(certificate.get(), ground)) return {};
  std::time_t fixed = ground.unix_seconds.value_or(0);
  std::time_t* const now = ground.unix_seconds ? &fixed : nullptr;
  X509_time_adj(X509_getm_notBefore(certificate.get()), days.first * kDaySeconds, now);
  X509_time_adj(X509_getm_notAfter(certificate.get()), days.last * kDaySeconds, now);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const auto add = [subject](const char* field, const char* text) {
    return X509_NAME_add_entry_by_txt(subject, field, MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text), -1, -1, 0) == 1;
  };
  if (!add("O", "fleetsim") || !add("CN", common_name) || X509_set_pubkey(certificate.get(), key) != 1) return {};
  return certificate;
}

constexpr const char* leaf_name = "fleetsim platform mock";
constexpr const char* intermediate_name = "fleetsim throw-away intermediate";
constexpr const char* issuer_url = "caIssuers;URI:http://issuers.invalid/intermediate.crt";

Days days_of(Validity validity) {
  switch (validity) {
    case Validity::current:
      break;
    case Validity::expired:
      return {.first = -2 * kLeafDays, .last = -1};
    case Validity::future:
      return {.first = 1, .last = kLeafDays};
  }
  return {.last = kLeafDays};
}

struct Signer {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

struct LeafExtras {
  const char* usage = "serverAuth";
  const char* issuer_access = nullptr;  // where its issuer can be fetched
};

/// What a server's certificate has beside subject, days and key.
Result<ServerIdentity, CertificateError> complete(ServerIdentity identity, KeyKind kind, const CertificateNames& names,
                                                  const Signer& signer, const LeafExtras& extras = {}) {
  X509* const raw = identity.certificate.get();
  X509* const issuer = signer.certificate;
  if (raw == nullptr || X509_set_issuer_name(raw, X509_get_subject_name(issuer)) != 1 ||
      !add_extension(raw, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
      // keyEncipherment: the plain-RSA suites encrypt to this key.
      !add_extension(raw, issuer, NID_key_usage,
                     kind == KeyKind::rsa_2048 ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature") ||
      !add_extension(raw, issuer, NID_ext_key_usage, extras.usage) || !add_extension(raw, issuer, NID_subject_key_identifier, "hash") ||
      !add_extension(raw, issuer, NID_authority_key_identifier, "keyid") || !add_subject_names(raw, names) ||
      (extras.issuer_access != nullptr && !add_extension(raw, issuer, NID_info_access, extras.issuer_access)) ||
      X509_sign(raw, signer.key, EVP_sha256()) == 0) {
    return fail(openssl_error("cannot issue a server certificate"));
  }
  return identity;
}

bool complete_intermediate(X509* raw, const Signer& authority) {
  return raw != nullptr && X509_set_issuer_name(raw, X509_get_subject_name(authority.certificate)) == 1 &&
         add_extension(raw, authority.certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
         add_extension(raw, authority.certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
         add_extension(raw, authority.certificate, NID_subject_key_identifier, "hash") &&
         add_extension(raw, authority.certificate, NID_authority_key_identifier, "keyid") &&
         X509_sign(raw, authority.key, EVP_sha256()) != 0;
}

/// Writes whole or not at all: a run that starts at the same moment never reads half a key.
bool write_new_file(const std::string& path, BIO* content) {
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(content, &data));
  const std::string draft = path + "." + std::to_string(::getpid()) + ".draft";
  const int file = ::open(draft.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const bool written = ::write(file, data, size) == static_cast<ssize_t>(size) && ::fsync(file) == 0;
  const int failure = errno;
  ::close(file);
  const bool linked = written && (::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int reason = written ? errno : failure;
  ::unlink(draft.c_str());
  errno = reason;
  return linked;
}

}  // namespace

void OpensslDeleter::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }
void OpensslDeleter::operator()(x509_st* certificate) const { X509_free(certificate); }
void OpensslDeleter::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void OpensslDeleter::operator()(ssl_st* session) const { SSL_free(session); }

CertificateAuthority::CertificateAuthority(CertificateHandle certificate, KeyHandle key, std::string pem)
    : certificate_(std::move(certificate)), key_(std::move(key)), pem_(std::move(pem)) {}

// RSA, because old device libraries offer RSA signatures only.
Result<CertificateAuthority, CertificateError> CertificateAuthority::create(const char* common_name, const TlsGround& ground) {
  ERR_clear_error();
  KeyHandle key = make_key(KeyKind::rsa_2048, ground);
  if (!key) return fail(openssl_error("cannot make the CA key"));
  CertificateHandle certificate = blank_certificate(key.get(), common_name, {.last = kAuthorityDays}, ground);
  X509* raw = certificate.get();
  if (raw == nullptr || X509_set_issuer_name(raw, X509_get_subject_name(raw)) != 1 ||
      !add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:1") ||
      !add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(raw, raw, NID_subject_key_identifier, "hash") || X509_sign(raw, key.get(), EVP_sha256()) == 0) {
    return fail(openssl_error("cannot make the CA certificate"));
  }
  std::string pem = pem_of(raw);
  CertificateAuthority made{std::move(certificate), std::move(key), std::move(pem)};
  made.ground_ = ground;
  return made;
}

Result<CertificateAuthority, CertificateError> CertificateAuthority::load_or_create(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return load(path);
  auto made = create();
  if (!made) return made;
  const BioHandle content{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(content.get(), made->certificate_.get());
  PEM_write_bio_PrivateKey(content.get(), made->key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  if (!write_new_file(path, content.get())) {
    return fail(CertificateError{.what = "cannot write the CA file " + path + ": " + std::strerror(errno),
                                 .hint = "choose a writable path for tls.ca_file, or leave it out for a CA in memory"});
  }
  // Another process may have been quicker: then its authority is the one.
  return load(path);
}

Result<CertificateAuthority, CertificateError> CertificateAuthority::load(const std::string& path) {
  ERR_clear_error();
  const std::string hint = "tls.ca_file must hold a CA certificate and its key in PEM; delete the file to have a new one made";
  const BioHandle file{BIO_new_file(path.c_str(), "r")};
  if (!file) return fail(CertificateError{.what = "cannot read the CA file " + path + ": " + std::strerror(errno), .hint = hint});
  CertificateHandle certificate{PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)};
  if (!certificate) return fail(CertificateError{.what = path + " holds no certificate", .hint = hint});
  BIO_seek(file.get(), 0);
  KeyHandle key{PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr)};
  if (!key) return fail(CertificateError{.what = path + " holds no private key", .hint = hint});
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    return fail(CertificateError{.what = path + ": key and certificate do not belong together", .hint = hint});
  if (X509_check_ca(certificate.get()) != 1)
    return fail(CertificateError{.what = path + ": the certificate is not one of a CA", .hint = hint});
  if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) <= 0)
    return fail(CertificateError{.what = path + ": the certificate has expired", .hint = hint});
  std::string pem = pem_of(certificate.get());
  return CertificateAuthority{std::move(certificate), std::move(key), std::move(pem)};
}

Result<ServerIdentity, CertificateError> CertificateAuthority::issue(KeyKind kind, const CertificateNames& names, Validity validity) const {
  ERR_clear_error();
  KeyHandle key = make_key(kind, ground_);
  if (!key) return fail(openssl_error("cannot make a server key"));
  CertificateHandle certificate = blank_certificate(key.get(), leaf_name, days_of(validity), ground_);
  return complete({.certificate = std::move(certificate), .key = std::move(key)}, kind, names, {certificate_.get(), key_.get()});
}

Result<ServerIdentity, CertificateError> CertificateAuthority::issue_self_signed(KeyKind kind, const CertificateNames& names) const {
  ERR_clear_error();
  KeyHandle key = make_key(kind, ground_);
  if (!key) return fail(openssl_error("cannot make a server key"));
  CertificateHandle certificate = blank_certificate(key.get(), leaf_name, days_of(Validity::current), ground_);
  const Signer itself{certificate.get(), key.get()};
  return complete({.certificate = std::move(certificate), .key = std::move(key)}, kind, names, itself);
}

Result<ServerIdentity, CertificateError> CertificateAuthority::issue_for_client(KeyKind kind, const CertificateNames& names) const {
  ERR_clear_error();
  KeyHandle key = make_key(kind, ground_);
  if (!key) return fail(openssl_error("cannot make a server key"));
  CertificateHandle certificate = blank_certificate(key.get(), leaf_name, days_of(Validity::current), ground_);
  return complete({.certificate = std::move(certificate), .key = std::move(key)}, kind, names, {certificate_.get(), key_.get()},
                  {.usage = "clientAuth"});
}

Result<ServerIdentity, CertificateError> CertificateAuthority::issue_through(Between who, KeyKind kind,
                                                                             const CertificateNames& names) const {
  ERR_clear_error();
  KeyHandle between_key = make_key(kind, ground_);
  KeyHandle key = make_key(kind, ground_);
  if (!between_key || !key) return fail(openssl_error("cannot make a server key"));
  CertificateHandle between = blank_certificate(between_key.get(), intermediate_name, days_of(Validity::current), ground_);
  const Signer authority{certificate_.get(), key_.get()};
  if (who == Between::leaf) {
    auto another = complete({.certificate = std::move(between), .key = std::move(between_key)}, kind, names, authority);
    if (!another) return another;
    between = std::move(another->certificate);
    between_key = std::move(another->key);
  } else if (!complete_intermediate(between.get(), authority)) {
    return fail(openssl_error("cannot issue the certificate of an intermediate CA"));
  }
  CertificateHandle certificate = blank_certificate(key.get(), leaf_name, days_of(Validity::current), ground_);
  const bool is_sent = who != Between::unsent_intermediate;
  auto made = complete({.certificate = std::move(certificate), .key = std::move(key)}, kind, names, {between.get(), between_key.get()},
                       {.issuer_access = is_sent ? nullptr : issuer_url});
  if (made && is_sent) made->chain.push_back(std::move(between));
  return made;
}

}  // namespace fleetsim::platform
