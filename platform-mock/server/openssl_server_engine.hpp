// The server side of TLS as a TlsEngine: OpenSSL over memory, no socket. TLS 1.2 with the suites of old devices, and TLS 1.3.
//
//   auto context = TlsServerContext::create(config.tls, *authority, names);
//   std::unique_ptr<TlsEngine> session = context->new_session();
//   session->start();
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "devicecore/base/result.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/server/certificate_authority.hpp"
#include "platform-mock/server/openssl_handles.hpp"

namespace fleetsim::platform {

class SessionMemory;

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
  /// The certificate is right, and sessions can be resumed: by ticket, and by number where a session has a memory.
  static Result<TlsServerContext, CertificateError> create_resuming(const TlsConfig& config, const CertificateAuthority& authority,
                                                                    const CertificateNames& names);
  using IdentityMaker = std::function<Result<ServerIdentity, CertificateError>(KeyKind)>;
  static Result<TlsServerContext, CertificateError> create_showing(const TlsConfig& config, const TlsGround& ground,
                                                                   const IdentityMaker& make_identity);
  /// `memory`: of a context whose sessions can be resumed; it outlives this one. Null: they are resumed by ticket only.
  std::unique_ptr<TlsEngine> new_session(SessionMemory* memory = nullptr) const;

 private:
  struct Versions {
    int min = 0;
    int max = 0;  // 0: the newest
  };
  static Result<TlsServerContext, CertificateError> create_with(const TlsConfig& config, const TlsGround& ground, const Versions& versions,
                                                                const IdentityMaker& make_identity);
  explicit TlsServerContext(TlsContextHandle context) : context_(std::move(context)) {}

  TlsContextHandle context_;
  std::unique_ptr<const std::int64_t> told_time_;  // by tickets, where it is not the host's
};

}  // namespace fleetsim::platform
