// What a listener shows when its certificate is to be wrong on demand (core/misbehaviour): expired, for another host, or of a CA that
// nobody trusts. Each is made when it is first needed, which takes as long as its keys do.
//
//   FaultyCertificates faulty(config.tls, std::move(*authority), names);
//   auto context = faulty.context(CertificateFault::expired);
//   if (context) session = (*context)->new_session();
#pragma once

#include <array>
#include <memory>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/misbehaviour/certificate_fault.hpp"
#include "platform-mock/server/certificate_authority.hpp"
#include "platform-mock/server/openssl_server_engine.hpp"

namespace fleetsim::platform {

class FaultyCertificates {
 public:
  /// `authority`: the one that the devices trust. `names`: the right ones.
  FaultyCertificates(const TlsConfig& config, CertificateAuthority authority, CertificateNames names);

  /// Lives as long as this. Precondition: a fault.
  Result<const TlsServerContext*, CertificateError> context(CertificateFault fault);

 private:
  Result<TlsServerContext, CertificateError> make(CertificateFault fault) const;
  Result<TlsServerContext, CertificateError> through(Between who) const;

  TlsConfig config_;
  CertificateAuthority authority_;
  CertificateNames names_;
  std::array<std::unique_ptr<TlsServerContext>, certificate_fault_count> contexts_;  // by fault
};

}  // namespace fleetsim::platform
