// TLS that is carried out in a simulation (`network: {tls: real}`): sessions for both ends of its links, by whatever library the host has,
// their chance and their time those of the run. A session of the same number draws the same, whoever else there is.
//
//   world.use_tls(*tls);                                   // before its platform and its shards are made
//   std::unique_ptr<TlsEngine> far = tls.accept({}, link_seed(...));
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "devicecore/base/tls_engine.hpp"
#include "platform-mock/core/misbehaviour/certificate_fault.hpp"
#include "sim/world/tls_sessions.hpp"

namespace fleetsim::sim {

/// What is moved at a time between an engine and a link: the plaintext of a whole record.
inline constexpr std::size_t tls_room_bytes = std::size_t{16} * 1024;

class SimulatedTls {
 public:
  virtual ~SimulatedTls() = default;

  /// What devices trust.
  virtual const std::string& ca_pem() const = 0;
  /// The devices' ends, of one shard; used by one thread at a time. It outlives its sessions.
  virtual TlsSessions& sessions_of(std::uint32_t shard) = 0;
  /// The platform's end of one link, started; used by one thread at a time, as are all others of it. Null: such a certificate cannot be
  /// made.
  virtual std::unique_ptr<TlsEngine> accept(const platform::misbehaviour::TlsHandshake& handshake, std::uint64_t session) = 0;
};

}  // namespace fleetsim::sim
