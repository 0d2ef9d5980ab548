// The server's end of a handshake that is not to come about (core/misbehaviour: tls_silent, tls_plain_text).
//
//   connection.tls = make_unwilling_engine(HandshakeConduct::silent);
#pragma once

#include <memory>

#include "devicecore/base/tls_engine.hpp"
#include "platform-mock/core/misbehaviour/certificate_fault.hpp"

namespace fleetsim::platform {

/// Null: the conduct wants an engine that is willing.
std::unique_ptr<TlsEngine> make_unwilling_engine(HandshakeConduct conduct);

}  // namespace fleetsim::platform
