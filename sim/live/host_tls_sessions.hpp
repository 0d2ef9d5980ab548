// TLS sessions with the libraries of this host: mbedTLS, as a firmware has it, and OpenSSL, for load.
//
//   auto sessions = make_tls_sessions(runtime.ca_pem, {.mbedtls = true});
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "devicecore/ports/mbedtls_tls.hpp"
#include "platform-mock/server/openssl_handles.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/tls_sessions.hpp"

namespace fleetsim::sim {

/// Which engines are set up; the trust is read only when one is.
struct TlsLibraries {
  bool mbedtls = false;
  bool openssl = false;
};

/// Those that the devices of a scenario need.
TlsLibraries tls_libraries_of(const Scenario& scenario);

/// What the engines take from the host: by default chance and time as it has them.
struct TlsHost {
  platform::TlsGround openssl;
  device::EntropyPort random;
  device::ClockPort clock;
};

Result<std::unique_ptr<TlsSessions>, std::string> make_tls_sessions(std::string_view ca_pem, const TlsLibraries& wanted,
                                                                    const TlsHost& host = {});

}  // namespace fleetsim::sim
