// TLS sessions with the libraries of this host: mbedTLS, as a firmware has it, and OpenSSL, for load.
//
//   auto sessions = make_tls_sessions(runtime.ca_pem, {.mbedtls = true});
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/world/tls_sessions.hpp"

namespace fleetsim::sim {

/// Which engines are set up; the trust is read only when one is.
struct TlsLibraries {
  bool mbedtls = false;
  bool openssl = false;
};

Result<std::unique_ptr<TlsSessions>, std::string> make_tls_sessions(std::string_view ca_pem, const TlsLibraries& wanted);

}  // namespace fleetsim::sim
