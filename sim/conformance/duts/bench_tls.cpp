#include "sim/conformance/duts/bench_tls.hpp"

#include <chrono>
#include <utility>

#include "sim/live/seeded_tls.hpp"

namespace fleetsim::sim {

Result<std::unique_ptr<BenchTls>, std::string> BenchTls::make(const platform::TlsConfig& config, const platform::CertificateNames& names,
                                                              std::uint64_t seed) {
  const auto today = std::chrono::system_clock::now().time_since_epoch();
  auto tls = make_seeded_tls({.config = config,
                              .names = names,
                              .wanted = {},
                              .seed = seed,
                              .shards = 0,
                              .unix_seconds = std::chrono::duration_cast<std::chrono::seconds>(today).count()});
  if (!tls) return fail("TLS cannot be set up: " + tls.error());
  std::string file = CaFile::write((*tls)->ca_pem());
  if (file.empty()) return fail(std::string("the CA certificate cannot be written to the temporary folder"));
  return std::unique_ptr<BenchTls>(new BenchTls(std::move(*tls), std::move(file)));
}

void BenchTls::make_faulty_certificates() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(has_faulty_ones_, true)) return;
  for (std::size_t fault = 0; fault < platform::certificate_fault_count; ++fault)
    tls_->accept({.fault = static_cast<platform::CertificateFault>(fault)}, ++sessions_);
}

std::unique_ptr<TlsEngine> BenchTls::accept(const platform::misbehaviour::TlsHandshake& handshake) {
  const std::lock_guard lock(mutex_);
  return tls_->accept(handshake, ++sessions_);
}

}  // namespace fleetsim::sim
