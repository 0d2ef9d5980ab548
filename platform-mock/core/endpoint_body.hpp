// The body of a bootstrap answer that names an endpoint. Compact, with "code" first: devices search this text flatly and choke on a space
// after a colon.
//
//   write_endpoint_body(body, "127.0.2.1", 1884);
//   // {"code":200,"data":{"resources":{"mqtt":{"host":"127.0.2.1","port":1884}}},"message":"success"}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fleetsim::platform {

/// `host` goes in as it is: no quotes, no backslashes.
inline void write_endpoint_body(std::string& body, std::string_view host, std::uint16_t port) {
  body.assign(R"({"code":200,"data":{"resources":{"mqtt":{"host":")").append(host);
  body.append(R"(","port":)").append(std::to_string(port)).append(R"(}}},"message":"success"})");
}

}  // namespace fleetsim::platform
