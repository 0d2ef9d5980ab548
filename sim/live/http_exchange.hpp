// One HTTP/1.1 request and its answer, waiting: for the controller's thread, which has nothing else to do meanwhile. Over TLS the peer's
// chain and name are verified.
//
//   auto answer = http_exchange({.host = "127.0.0.1", .port = 18080}, {.method = "POST", .target = "/", .content_type = form, .body =
//   body}); if (!answer) tell(answer.error());    // "127.0.0.1:18080: connection refused"
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "sim/live/openssl_client_engine.hpp"

namespace fleetsim::sim {

struct HttpPeer {
  std::string host;  // for the Host header and the certificate
  IpAddress address;
  std::uint16_t port = 0;
  OpenSslClientContext* tls = nullptr;  // null: plain
};

struct HttpQuestion {
  std::string method = "GET";
  std::string target = "/";
  std::string content_type;  // empty: no body
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};  // besides Host, Content-Type and Content-Length
  std::chrono::milliseconds timeout{10'000};                   // for all of it
  std::function<bool()> go_on{};  // asked every http_look_interval while it waits; false: give up; may be empty
};

struct HttpReply {
  unsigned status = 0;
  std::string body;
};

inline constexpr std::chrono::milliseconds http_look_interval{50};
inline constexpr std::uint64_t http_reply_bytes_max = std::uint64_t{64} * 1024 * 1024;

/// The error says where and what.
Result<HttpReply, std::string> http_exchange(const HttpPeer& peer, const HttpQuestion& question);

}  // namespace fleetsim::sim
