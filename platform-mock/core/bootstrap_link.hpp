// One connection to the global bootstrap endpoint, as the platform routes it.
#pragma once

#include "devicecore/base/ip_address.hpp"
#include "platform-mock/core/http/http_connection.hpp"

namespace fleetsim::platform {

struct BootstrapLink {
  HttpConnection http;
  IpAddress peer;
};

}  // namespace fleetsim::platform
