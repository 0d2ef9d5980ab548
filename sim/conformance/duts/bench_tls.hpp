// The platform's ends of TLS for all benches of an exam in real time: one authority that every device trusts, sessions for whoever asks.
//
//   auto tls = BenchTls::make(config, names, seed);       // the error says what cannot be made
//   tls->ca_file();   tls->accept(handshake)
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "devicecore/base/result.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "platform-mock/core/certificate_names.hpp"
#include "platform-mock/core/misbehaviour/certificate_fault.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "sim/live/ca_file.hpp"
#include "sim/virtual/simulated_tls.hpp"

namespace fleetsim::sim {

class BenchTls {
 public:
  static Result<std::unique_ptr<BenchTls>, std::string> make(const platform::TlsConfig& config, const platform::CertificateNames& names,
                                                             std::uint64_t seed);

  /// A path, as long as this lives.
  const std::string& ca_file() const { return ca_file_.path(); }
  /// They take as long as their keys do: better before a device waits for one.
  void make_faulty_certificates();
  /// From any thread. Null: such a certificate cannot be made.
  std::unique_ptr<TlsEngine> accept(const platform::misbehaviour::TlsHandshake& handshake);

 private:
  BenchTls(std::unique_ptr<SimulatedTls> tls, std::string ca_file) : tls_(std::move(tls)), ca_file_(std::move(ca_file)) {}

  std::mutex mutex_;
  std::unique_ptr<SimulatedTls> tls_;
  std::uint64_t sessions_ = 0;
  bool has_faulty_ones_ = false;
  CaFile ca_file_;
};

}  // namespace fleetsim::sim
