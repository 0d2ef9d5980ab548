// The server side of TLS as a TlsEngine: OpenSSL over memory, no socket. TLS 1.2 with the suites of old devices, and TLS 1.3.
//
//   auto context = TlsServerContext::create(config.tls, *authority, names);
//   std::unique_ptr<TlsEngine> session = context->new_session();
//   session->start();
#pragma once

#include <functional>
#include <memory>

#include "devicecore/base/result.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/server/certificate_authority.hpp"
#include "platform-mock/server/openssl_handles.hpp"

namespace fleetsim::platform {

/// Certificates and settings that all sessions share. Must outlive its sessions.
class TlsServerContext {
 public:
  static Result<TlsServerContext, CertificateError> create(const TlsConfig& config, const CertificateAuthority& authority,
                                                           const CertificateNames& names, Validity validity = Validity::current);
  /// What is shown to find out who looks: each wrong in one way.
  static Result<TlsServerContext, CertificateError> create_self_signed(const TlsConfig& config, const CertificateAuthority& authority,
                                                                       const CertificateNames& names);
  static Result<TlsServerContext, CertificateError> create_old(const TlsConfig& config, const CertificateAuthority& authority,
                                                               const CertificateNames& names);
  std::unique_ptr<TlsEngine> new_session() const;

 private:
  struct Versions {
    int min = 0;
    int max = 0;  // 0: the newest
  };
  using IdentityMaker = std::function<Result<ServerIdentity, CertificateError>(KeyKind)>;
  static Result<TlsServerContext, CertificateError> create_with(const TlsConfig& config, const TlsGround& ground, const Versions& versions,
                                                                const IdentityMaker& make_identity);
  explicit TlsServerContext(TlsContextHandle context) : context_(std::move(context)) {}

  TlsContextHandle context_;
};

}  // namespace fleetsim::platform
