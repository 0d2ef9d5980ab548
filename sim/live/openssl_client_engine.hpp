// A TLS client on OpenSSL over memory buffers: ten times cheaper than what a board runs, for load. The peer's chain and name are always
// verified; there is no way to switch that off.
//
//   auto context = OpenSslClientContext::make(ca_pem);
//   std::unique_ptr<TlsEngine> engine = (*context)->connect("127.0.2.1");
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "platform-mock/server/openssl_handles.hpp"

namespace fleetsim::sim {

/// What all sessions of a shard share: trust, versions, ciphers. TLS 1.2 and 1.3, no session reuse, so that every handshake is a whole one.
class OpenSslClientContext {
 public:
  /// `ca_pem`: the certificates to trust, concatenated. The error says what is wrong with them.
  static Result<std::unique_ptr<OpenSslClientContext>, std::string> make(std::string_view ca_pem, const platform::TlsGround& ground = {});
  virtual ~OpenSslClientContext() = default;

  /// A session with `host` (a DNS name, sent as SNI, or an address). nullptr when memory is short.
  virtual std::unique_ptr<TlsEngine> connect(std::string_view host) = 0;
};

}  // namespace fleetsim::sim
