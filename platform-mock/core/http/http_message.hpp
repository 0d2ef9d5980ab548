// A request as the handler sees it, and its answer. Views into buffers of the connection: valid inside the call only.
//
//   HttpAnswer Greeter::answer(const HttpRequest& request) {
//     if (request.header("accept-language").starts_with("de")) ...
//     return {.status = 200, .body = "{}"};
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "devicecore/base/time.hpp"

namespace fleetsim::platform {

enum class HttpMethod : std::uint8_t { get, head, post, other };

struct HttpHeader {
  std::string_view name;   // lower case
  std::string_view value;  // without the white space around it
};

struct HttpRequest {
  HttpMethod method = HttpMethod::other;
  std::string_view target = {};              // as sent, with its query
  std::string_view body = {};                // without chunking
  std::span<const HttpHeader> headers = {};  // in the order in which they came

  std::string_view path() const { return target.substr(0, target.find('?')); }
  /// What stands behind the '?', as sent.
  std::string_view query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  }
  /// The first header of that name (lower case); empty when there is none.
  std::string_view header(std::string_view name) const {
    for (const HttpHeader& header : headers)
      if (header.name == name) return header.value;
    return {};
  }
};

/// How an answer is written. All are right by the standard, and only `usual` is what real devices are known to understand.
enum class HttpForm : std::uint8_t {
  usual,
  chunked,         // RFC 9112 §7.1, in pieces of a few bytes
  lower_case,      // header names
  http_1_0,        // no length, no keep-alive: the body ends with the connection
  continue_first,  // 100 Continue before it, which nobody asked for
};

/// Both views live until the handler is called again.
struct HttpAnswer {
  std::uint16_t status = 200;
  std::string_view body = {};
  std::string_view allow = {};                                       // of a 405: the methods that would do
  std::string_view content_type = "application/json;charset=utf-8";  // of `body`
  std::string_view more_headers = {};                                // whole lines, each with its CR LF
  bool last = false;                                                 // the connection is closed behind it
  HttpForm form = HttpForm::usual;
  std::optional<Instant> later_until = {};  // no answer yet: HttpConnection::complete() brings it, at this moment at the latest
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual HttpAnswer answer(const HttpRequest& request) = 0;
};

}  // namespace fleetsim::platform
