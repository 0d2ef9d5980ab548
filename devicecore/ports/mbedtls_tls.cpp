#include "devicecore/ports/mbedtls_tls.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/ssl_internal.h>
#include <mbedtls/x509_crt.h>
#include <vector>

#include "devicecore/ports/mbedtls_session.hpp"

namespace fleetsim::device {
namespace {

constexpr std::array<mbedtls_ecp_group_id, 3> curves = {MBEDTLS_ECP_DP_CURVE25519, MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_NONE};

class ClientContext final : public MbedtlsClientContext {
 public:
  ClientContext() {
    mbedtls_x509_crt_init(&trusted_);
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&random_);
    mbedtls_ssl_config_init(&config_);
  }
  ~ClientContext() override {
    mbedtls_ssl_config_free(&config_);
    mbedtls_ctr_drbg_free(&random_);
    mbedtls_entropy_free(&entropy_);
    mbedtls_x509_crt_free(&trusted_);
  }
  ClientContext(const ClientContext&) = delete;
  ClientContext& operator=(const ClientContext&) = delete;

  /// Empty when all is well.
  std::string set_up(const Options& options) {
    if (std::string error = trust(options.ca_pem); !error.empty()) return error;
    random_port_ = options.random;
    if (random_port_.fill == nullptr) {
      if (std::string error = seed(options.entropy); !error.empty()) return error;
    }
    clock_ = options.clock;
    dialect_ = options.dialect;
    hello_.is_named = dialect_.names_host;
    return configure();
  }

  std::unique_ptr<TlsEngine> connect(std::string_view host, const std::shared_ptr<MbedtlsMemory>& memory) override {
    if (host.empty() || host.size() > MBEDTLS_SSL_MAX_HOST_NAME_LEN || host.find('\0') != std::string_view::npos) return nullptr;
    return MbedtlsSession::make(config_, hello_, host, memory);
  }

 private:
  std::string trust(std::string_view ca_pem) {
    const std::string pem(ca_pem);
    const auto* bytes = reinterpret_cast<const unsigned char*>(pem.c_str());
    const int code = mbedtls_x509_crt_parse(&trusted_, bytes, pem.size() + 1);  // PEM wants its terminating zero counted
    if (code < 0) return "the trusted certificates cannot be read: " + describe_mbedtls_error(code);
    if (code > 0) return std::to_string(code) + " of the trusted certificates cannot be read";
    return {};
  }

  std::string seed(const EntropyPort& entropy) {
    port_ = entropy;
    const int code = port_.fill != nullptr ? mbedtls_ctr_drbg_seed(&random_, &fill_from_port, &port_, nullptr, 0)
                                           : mbedtls_ctr_drbg_seed(&random_, &mbedtls_entropy_func, &entropy_, nullptr, 0);
    return code == 0 ? std::string{} : "the random generator cannot be seeded: " + describe_mbedtls_error(code);
  }

  std::string configure() {
    const int code = mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    if (code != 0) return "TLS cannot be set up: " + describe_mbedtls_error(code);
    // The key usage is looked at after all that judge() hears of: who is to overlook it does not insist, but judges all else itself.
    mbedtls_ssl_conf_authmode(&config_, overlooks_it(overlooks::client_only) ? MBEDTLS_SSL_VERIFY_OPTIONAL : MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&config_, &trusted_, nullptr);
    mbedtls_ssl_conf_rng(&config_, &draw, this);
    if (clock_.unix_seconds != nullptr || !is_as_it_should_be(dialect_)) mbedtls_ssl_conf_verify(&config_, &judge, this);
    offer();
    mbedtls_ssl_conf_curves(&config_, curves.data());
    mbedtls_ssl_conf_session_tickets(
        &config_, dialect_.resumption == TlsResumption::never ? MBEDTLS_SSL_SESSION_TICKETS_DISABLED : MBEDTLS_SSL_SESSION_TICKETS_ENABLED);
    mbedtls_ssl_conf_renegotiation(&config_, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
    return {};
  }

  void offer() {
    int oldest = MBEDTLS_SSL_MINOR_VERSION_3;
    switch (dialect_.offer) {
      case TlsOffer::current:
        break;
      case TlsOffer::old_too:
        oldest = MBEDTLS_SSL_MINOR_VERSION_1;
        break;
      case TlsOffer::old_only:
        oldest = MBEDTLS_SSL_MINOR_VERSION_1;
        mbedtls_ssl_conf_max_version(&config_, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_2);
        break;
      case TlsOffer::weak_suites:
        for (const int* suite = mbedtls_ssl_list_ciphersuites(); *suite != 0; ++suite) suites_.push_back(*suite);
        suites_.insert(suites_.end(), {MBEDTLS_TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, MBEDTLS_TLS_RSA_WITH_3DES_EDE_CBC_SHA, 0});
        mbedtls_ssl_conf_ciphersuites(&config_, suites_.data());
        break;
    }
    mbedtls_ssl_conf_min_version(&config_, MBEDTLS_SSL_MAJOR_VERSION_3, oldest);
  }

  static int fill_from_port(void* context, unsigned char* out, std::size_t bytes) {
    const auto& port = *static_cast<const EntropyPort*>(context);
    return port.fill(port.context, {out, bytes}) ? 0 : MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
  }

  static int draw(void* context, unsigned char* out, std::size_t bytes) {
    auto& self = *static_cast<ClientContext*>(context);
    if (self.clock_.unix_seconds != nullptr && self.hello_.session != nullptr) self.set_hello_time(out);
    if (self.random_port_.fill != nullptr) return fill_from_port(&self.random_port_, out, bytes);
    return mbedtls_ctr_drbg_random(&self.random_, out, bytes);
  }

  /// RFC 5246 §7.4.1.2: a hello's random begins with the time. mbedTLS has written this system's and asks for the rest.
  void set_hello_time(const unsigned char* rest) {
    mbedtls_ssl_handshake_params* const handshake = hello_.session->handshake;
    if (handshake == nullptr || rest != handshake->randbytes + hello_time_bytes) return;
    const auto seconds = static_cast<std::uint32_t>(clock_.unix_seconds(clock_.context));
    for (std::size_t i = 0; i < hello_time_bytes; ++i)
      handshake->randbytes[i] = static_cast<unsigned char>(seconds >> (8 * (hello_time_bytes - 1 - i)));
  }

  static int judge(void* context, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags) {
    auto& self = *static_cast<ClientContext*>(context);
    if (self.clock_.unix_seconds != nullptr) self.judge_dates(*certificate, *flags);
    if (depth == 0 && !self.hello_.is_named) self.judge_name(*certificate, *flags);
    if (depth == 0 && !self.dialect_.knows_chains && !is_same(certificate->issuer_raw, self.trusted_.subject_raw))
      *flags |= MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    self.overlook(*certificate, depth, *flags);
    if (self.hello_.offers_session) {  // which the server does not resume: else there were no certificate to look at
      if (self.dialect_.resumption == TlsResumption::trusts) *flags = 0;
      if (self.dialect_.resumption == TlsResumption::insists) return MBEDTLS_ERR_X509_FATAL_ERROR;
    }
    return *flags != 0 && self.overlooks_it(overlooks::client_only) ? MBEDTLS_ERR_X509_FATAL_ERROR : 0;
  }

  void judge_dates(const mbedtls_x509_crt& certificate, std::uint32_t& flags) const {
    const std::int64_t now = clock_.unix_seconds(clock_.context);
    flags &= ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
    if (unix_seconds_of(certificate.valid_to) < now) flags |= MBEDTLS_X509_BADCERT_EXPIRED;
    if (unix_seconds_of(certificate.valid_from) > now) flags |= MBEDTLS_X509_BADCERT_FUTURE;
  }

  /// mbedTLS looks for a name only when it is also sent.
  void judge_name(mbedtls_x509_crt& certificate, std::uint32_t& flags) {
    std::uint32_t all = 0;
    mbedtls_x509_crt_verify(&certificate, &trusted_, nullptr, hello_.host, &all, nullptr, nullptr);
    flags |= all & MBEDTLS_X509_BADCERT_CN_MISMATCH;
  }

  bool overlooks_it(std::uint16_t what) const { return (dialect_.overlooks & what) != 0; }

  void overlook(mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags) {
    const bool signs_itself = depth == 0 && is_same(certificate.subject_raw, certificate.issuer_raw);
    const bool is_forgiven =
        overlooks_it(signs_itself ? overlooks::self_signed : overlooks::unknown_issuer) ||
        (depth == 0 && overlooks_it(overlooks::absent_issuer) && certificate.next == nullptr && tells_where_its_issuer_is(certificate)) ||
        (depth == 0 && overlooks_it(overlooks::leaf_issuer) && is_issued_by_next(certificate));
    if (overlooks_it(overlooks::expired)) flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_EXPIRED};
    if (overlooks_it(overlooks::not_yet_valid)) flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_FUTURE};
    if (overlooks_it(overlooks::wrong_name) || (overlooks_it(overlooks::wide_wildcard) && is_named_widely(certificate)))
      flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_CN_MISMATCH};
    if (is_forgiven) flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_NOT_TRUSTED};
  }

  static bool is_same(const mbedtls_x509_buf& one, const mbedtls_x509_buf& other) {
    return std::equal(one.p, one.p + one.len, other.p, other.p + other.len);
  }

  /// RFC 5280 §4.2.2.1: it has an extension authorityInfoAccess.
  static bool tells_where_its_issuer_is(const mbedtls_x509_crt& certificate) {
    constexpr std::array<unsigned char, 10> authority_info_access = {0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01};
    const mbedtls_x509_buf& all = certificate.v3_ext;
    return std::search(all.p, all.p + all.len, authority_info_access.begin(), authority_info_access.end()) != all.p + all.len;
  }

  /// By name, that is; and the next of the chain is one that the trusted CA signed, for whatever use.
  bool is_issued_by_next(const mbedtls_x509_crt& certificate) {
    if (certificate.next == nullptr || !is_same(certificate.issuer_raw, certificate.next->subject_raw)) return false;
    std::uint32_t flags = 0;
    mbedtls_x509_crt_verify(certificate.next, &trusted_, nullptr, nullptr, &flags, nullptr, nullptr);
    return (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) == 0;
  }

  /// "*.example.com" for "a.b.example.com".
  bool is_named_widely(const mbedtls_x509_crt& certificate) const {
    const std::string_view host = hello_.host;
    for (const mbedtls_x509_sequence* name = &certificate.subject_alt_names; name != nullptr; name = name->next) {
      const std::string_view text = text_of(ByteView{name->buf.p, name->buf.len});
      if (text.starts_with("*.") && host.ends_with(text.substr(1))) return true;
    }
    return false;
  }

  static std::int64_t unix_seconds_of(const mbedtls_x509_time& time) {
    using namespace std::chrono;
    const year_month_day date{year{time.year}, month{static_cast<unsigned>(time.mon)}, day{static_cast<unsigned>(time.day)}};
    const seconds at = sys_days{date}.time_since_epoch() + hours{time.hour} + minutes{time.min} + seconds{time.sec};
    return at.count();
  }

  static constexpr std::size_t hello_time_bytes = 4;

  mbedtls_x509_crt trusted_{};
  mbedtls_entropy_context entropy_{};
  mbedtls_ctr_drbg_context random_{};
  mbedtls_ssl_config config_{};
  EntropyPort port_;
  EntropyPort random_port_;
  ClockPort clock_;
  MbedtlsHello hello_;
  TlsDialect dialect_;
  std::vector<int> suites_;  // when they are not mbedTLS's own
};

}  // namespace

std::shared_ptr<MbedtlsMemory> MbedtlsClientContext::make_memory() { return std::make_shared<MbedtlsMemory>(); }

Result<std::unique_ptr<MbedtlsClientContext>, std::string> MbedtlsClientContext::make(const Options& options) {
  auto context = std::make_unique<ClientContext>();
  if (std::string error = context->set_up(options); !error.empty()) return fail(std::move(error));
  return std::unique_ptr<MbedtlsClientContext>(std::move(context));
}

}  // namespace fleetsim::device
