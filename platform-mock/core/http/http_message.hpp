// A request as the handler sees it, and its answer. Views into buffers of the connection: valid inside the call only.
//
//   HttpAnswer Greeter::answer(const HttpRequest& request) { return {.status = 200, .body = "{}"}; }
#pragma once

#include <cstdint>
#include <string_view>

namespace fleetsim::platform {

enum class HttpMethod : std::uint8_t { get, head, post, other };

struct HttpRequest {
  HttpMethod method = HttpMethod::other;
  std::string_view target;  // as sent, with its query
  std::string_view body;    // without chunking
};

struct HttpAnswer {
  std::uint16_t status = 200;
  std::string_view body;   // JSON; lives until the handler is called again
  std::string_view allow;  // of a 405: the methods that would do
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual HttpAnswer answer(const HttpRequest& request) = 0;
};

}  // namespace fleetsim::platform
