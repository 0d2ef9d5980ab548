// TLS of a simulation by the libraries of this host: the platform's own server engine and the devices' engines, with random numbers from
// the run's seed and the clock standing still at its beginning.
//
//   auto tls = make_seeded_tls({.config = config.tls, .names = names.certificate_names(), .wanted = tls_libraries_of(scenario), ...});
//   world.use_tls(**tls);
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/certificate_names.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "sim/live/host_tls_sessions.hpp"
#include "sim/virtual/simulated_tls.hpp"

namespace fleetsim::sim {

struct SeededTlsOptions {
  const platform::TlsConfig& config;
  platform::CertificateNames names;
  TlsLibraries wanted;
  std::uint64_t seed = 1;
  std::uint32_t shards = 1;
  std::int64_t unix_seconds = 0;  // by which certificates are made and judged
};

/// The error says what cannot be made, for people.
Result<std::unique_ptr<SimulatedTls>, std::string> make_seeded_tls(const SeededTlsOptions& options);

/// Certificates of a few seeds are kept for whoever comes with the same; after this they are made anew.
void forget_seeded_certificates();

}  // namespace fleetsim::sim
