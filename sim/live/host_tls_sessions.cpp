#include "sim/live/host_tls_sessions.hpp"

#include <utility>

#include "devicecore/ports/mbedtls_tls.hpp"
#include "sim/live/openssl_client_engine.hpp"

namespace fleetsim::sim {
namespace {

class Sessions final : public TlsSessions {
 public:
  Sessions(std::unique_ptr<device::MbedtlsClientContext> mbedtls, std::unique_ptr<OpenSslClientContext> openssl)
      : mbedtls_(std::move(mbedtls)), openssl_(std::move(openssl)) {}

  std::unique_ptr<TlsEngine> connect(DeviceTls kind, std::string_view host) override {
    switch (kind) {
      case DeviceTls::off:
        return nullptr;
      case DeviceTls::mbedtls:
        return mbedtls_ ? mbedtls_->connect(host) : nullptr;
      case DeviceTls::openssl:
        return openssl_ ? openssl_->connect(host) : nullptr;
    }
    return nullptr;
  }

 private:
  std::unique_ptr<device::MbedtlsClientContext> mbedtls_;
  std::unique_ptr<OpenSslClientContext> openssl_;
};

}  // namespace

Result<std::unique_ptr<TlsSessions>, std::string> make_tls_sessions(std::string_view ca_pem, const TlsLibraries& wanted) {
  std::unique_ptr<device::MbedtlsClientContext> mbedtls;
  std::unique_ptr<OpenSslClientContext> openssl;
  if (wanted.mbedtls) {
    auto made = device::MbedtlsClientContext::make({.ca_pem = ca_pem, .entropy = {}});
    if (!made) return fail(made.error());
    mbedtls = std::move(*made);
  }
  if (wanted.openssl) {
    auto made = OpenSslClientContext::make(ca_pem);
    if (!made) return fail(made.error());
    openssl = std::move(*made);
  }
  return std::unique_ptr<TlsSessions>(std::make_unique<Sessions>(std::move(mbedtls), std::move(openssl)));
}

}  // namespace fleetsim::sim
