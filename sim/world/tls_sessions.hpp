// TLS sessions for the devices of one shard: the engine that their group asks for, with the trust and settings that all share.
//
//   std::unique_ptr<TlsEngine> engine = sessions.connect({.kind = DeviceTls::mbedtls, .host = "127.0.2.1"});
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "devicecore/base/time.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "devicecore/link.hpp"
#include "devicecore/tls_dialect.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

struct TlsWish {
  DeviceTls kind = DeviceTls::off;
  std::string_view host;
  std::uint64_t device = 0;                     // who it is, in every run of the seed
  std::uint64_t session = 0;                    // which of the run, whoever else is there: what a simulation draws for it follows from that
  const device::TlsDialect* dialect = nullptr;  // of the firmware; null: as it should be
  device::Leg leg = device::Leg::mqtt;
  std::uint32_t sessions_before = 0;  // of the device on this leg
  bool after_failure = false;         // the one before ended in its handshake
  Duration clock_error{0};            // of the device's time of day, now
};

class TlsSessions {
 public:
  virtual ~TlsSessions() = default;

  /// A session with the host, verified against it. nullptr when that engine was not wanted, or memory is short.
  virtual std::unique_ptr<TlsEngine> connect(const TlsWish& wish) = 0;
};

}  // namespace fleetsim::sim
