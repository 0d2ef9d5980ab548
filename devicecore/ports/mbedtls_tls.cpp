#include "devicecore/ports/mbedtls_tls.hpp"

#include <array>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

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
    if (std::string error = seed(options.entropy); !error.empty()) return error;
    return configure();
  }

  std::unique_ptr<TlsEngine> connect(std::string_view host) override {
    if (host.empty() || host.size() > MBEDTLS_SSL_MAX_HOST_NAME_LEN || host.find('\0') != std::string_view::npos) return nullptr;
    return MbedtlsSession::make(config_, host);
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
    mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&config_, &trusted_, nullptr);
    mbedtls_ssl_conf_rng(&config_, &mbedtls_ctr_drbg_random, &random_);
    mbedtls_ssl_conf_min_version(&config_, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_curves(&config_, curves.data());
    mbedtls_ssl_conf_session_tickets(&config_, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
    mbedtls_ssl_conf_renegotiation(&config_, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
    return {};
  }

  static int fill_from_port(void* context, unsigned char* out, std::size_t bytes) {
    const auto& port = *static_cast<const EntropyPort*>(context);
    return port.fill(port.context, {out, bytes}) ? 0 : MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
  }

  mbedtls_x509_crt trusted_{};
  mbedtls_entropy_context entropy_{};
  mbedtls_ctr_drbg_context random_{};
  mbedtls_ssl_config config_{};
  EntropyPort port_;
};

}  // namespace

Result<std::unique_ptr<MbedtlsClientContext>, std::string> MbedtlsClientContext::make(const Options& options) {
  auto context = std::make_unique<ClientContext>();
  if (std::string error = context->set_up(options); !error.empty()) return fail(std::move(error));
  return std::unique_ptr<MbedtlsClientContext>(std::move(context));
}

}  // namespace fleetsim::device
