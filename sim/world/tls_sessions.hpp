// TLS sessions for the devices of one shard: the engine that their group asks for, with the trust and settings that all share.
//
//   std::unique_ptr<TlsEngine> engine = sessions.connect(DeviceTls::mbedtls, "127.0.2.1");
#pragma once

#include <memory>
#include <string_view>

#include "devicecore/base/tls_engine.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

class TlsSessions {
 public:
  virtual ~TlsSessions() = default;

  /// A session with `host`, verified against it. nullptr when that engine was not wanted, or memory is short.
  virtual std::unique_ptr<TlsEngine> connect(DeviceTls kind, std::string_view host) = 0;
};

}  // namespace fleetsim::sim
