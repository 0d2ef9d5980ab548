#include "sim/live/host_tls_sessions.hpp"

#include <utility>
#include <variant>

#include "sim/live/faulty_tls_sessions.hpp"
#include "sim/live/openssl_client_engine.hpp"
#include "sim/scenario/upgrades.hpp"

namespace fleetsim::sim {
namespace {

class Sessions final : public TlsSessions {
 public:
  Sessions(std::unique_ptr<device::MbedtlsClientContext> mbedtls, std::unique_ptr<OpenSslClientContext> openssl, std::string_view ca_pem,
           const TlsHost& host)
      : mbedtls_(std::move(mbedtls)), openssl_(std::move(openssl)), faulty_(ca_pem, host) {}

  std::unique_ptr<TlsEngine> connect(const TlsWish& wish) override {
    if (wish.kind != DeviceTls::off && wish.dialect != nullptr && !device::is_as_it_should_be(*wish.dialect)) return faulty_.connect(wish);
    switch (wish.kind) {
      case DeviceTls::off:
        return nullptr;
      case DeviceTls::mbedtls:
        return mbedtls_ ? mbedtls_->connect(wish.host) : nullptr;
      case DeviceTls::openssl:
        return openssl_ ? openssl_->connect(wish.host) : nullptr;
    }
    return nullptr;
  }

 private:
  std::unique_ptr<device::MbedtlsClientContext> mbedtls_;
  std::unique_ptr<OpenSslClientContext> openssl_;
  FaultyTlsSessions faulty_;
};

}  // namespace

TlsLibraries tls_libraries_of(const Scenario& scenario) {
  TlsLibraries wanted;
  for (const FleetGroup& group : scenario.groups) {
    for (const DeviceTls kind : {group.bootstrap_tls, group.mqtt_tls}) {
      wanted.mbedtls |= kind == DeviceTls::mbedtls;
      wanted.openssl |= kind == DeviceTls::openssl;
    }
  }
  // Firmware is fetched over TLS by whoever has none of its own.
  wanted.openssl |= may_upgrade(scenario);
  return wanted;
}

Result<std::unique_ptr<TlsSessions>, std::string> make_tls_sessions(std::string_view ca_pem, const TlsLibraries& wanted,
                                                                    const TlsHost& host) {
  std::unique_ptr<device::MbedtlsClientContext> mbedtls;
  std::unique_ptr<OpenSslClientContext> openssl;
  if (wanted.mbedtls) {
    auto made = device::MbedtlsClientContext::make({.ca_pem = ca_pem, .entropy = {}, .random = host.random, .clock = host.clock});
    if (!made) return fail(made.error());
    mbedtls = std::move(*made);
  }
  if (wanted.openssl) {
    auto made = OpenSslClientContext::make(ca_pem, host.openssl);
    if (!made) return fail(made.error());
    openssl = std::move(*made);
  }
  return std::unique_ptr<TlsSessions>(std::make_unique<Sessions>(std::move(mbedtls), std::move(openssl), ca_pem, host));
}

}  // namespace fleetsim::sim
