// One part of what the management endpoint serves: the management API, the console's API, files. It gets whole requests and answers at
// once, or promises to answer later.
//
//   HttpAnswer FileServer::answer(const HttpCall& call) { return serve(call.request.path(), call.now); }
#pragma once

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/http/http_message.hpp"
#include "platform-mock/core/output.hpp"

namespace fleetsim::platform {

struct HttpCall {
  const HttpRequest& request;
  ConnectionId connection;
  IpAddress peer;
  bool tls = false;
  Instant now{};
  Output& output;
};

class HttpPart {
 public:
  virtual ~HttpPart() = default;
  virtual HttpAnswer answer(const HttpCall& call) = 0;
  /// A connection waits for an answer that this part promised, and HttpAnswer::later_until has come.
  virtual HttpAnswer time_is_up(ConnectionId connection, Instant now) {
    static_cast<void>(connection);
    static_cast<void>(now);
    return {.status = 503};
  }
};

}  // namespace fleetsim::platform
