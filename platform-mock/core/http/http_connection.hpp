// The server side of one HTTP/1.1 connection, sans-I/O: bytes in any split go in, answers come out as bytes. Keep-alive, pipelining,
// HTTP/1.0, limits on everything; an idle connection is a few words. The answers' form is what real devices demand: header names in
// exact case, short lines, a Content-Length, never chunked.
//
//   HttpReaders readers(http_limits(config.limits));
//   HttpConnection connection(now, readers.limits());
//   connection.receive(bytes, now, readers, handler, out);   // appends to `out`
//   if (connection.finished()) close_after_sending(out);
//   timer(connection.deadline());                            // then: connection.expire(readers, out)
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/http/http_message.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {

class HttpRequestReader;

struct HttpLimits {
  std::uint32_t header_bytes = 0;
  std::uint32_t headers = 0;  // lines
  std::uint32_t body_bytes = 0;
  std::uint32_t requests_per_connection = 0;
  Duration request_timeout{};
  Duration idle_timeout{};
};
/// Of the bootstrap endpoint.
HttpLimits http_limits(const Limits& limits);
/// Of the management endpoint: larger bodies, more requests.
HttpLimits management_http_limits(const Limits& limits);

enum class HttpFailure : std::uint8_t { none, malformed, header_too_large, body_too_large, timed_out };
/// "HTTP request is malformed", …
std::string_view describe(HttpFailure failure);

/// Readers for the connections that are inside a request; some are kept for the next one.
class HttpReaders {
 public:
  static constexpr std::size_t spare_max = 64;

  explicit HttpReaders(const HttpLimits& limits);
  ~HttpReaders();
  HttpReaders(const HttpReaders&) = delete;
  HttpReaders& operator=(const HttpReaders&) = delete;

  const HttpLimits& limits() const { return limits_; }
  /// Where limits that are reached are counted; null: nowhere. It must outlive this.
  void count(LimitCounts* counts) { counts_ = counts; }
  void reached(LimitKind limit) const {
    if (counts_ != nullptr) counts_->reached(limit);
  }
  std::unique_ptr<HttpRequestReader> take();
  void give_back(std::unique_ptr<HttpRequestReader> reader);

 private:
  HttpLimits limits_;
  std::vector<std::unique_ptr<HttpRequestReader>> spare_;
  LimitCounts* counts_ = nullptr;
};

class HttpConnection {
 public:
  HttpConnection(Instant accepted, const HttpLimits& limits);
  ~HttpConnection();
  HttpConnection(HttpConnection&&) noexcept;
  HttpConnection& operator=(HttpConnection&&) noexcept;

  /// Takes bytes, asks `handler` for each complete request, appends the answers to `out`. Ignores everything once finished.
  void receive(ByteView bytes, Instant now, HttpReaders& readers, HttpHandler& handler, std::string& out);
  /// The answer of the request that waits for one; the requests behind it are answered then. Precondition: waiting().
  void complete(const HttpAnswer& answer, Instant now, HttpReaders& readers, HttpHandler& handler, std::string& out);
  /// A request's answer comes later (HttpAnswer::later_until).
  bool waiting() const { return waiting_; }
  /// When expire() is due: a request that takes too long, or a connection that asks nothing; while waiting(), when complete() is. kNever
  /// once finished.
  Instant deadline() const { return finished_ ? kNever : deadline_; }
  /// Ends the connection; appends a 408 when it was inside a request. Call once now >= deadline() unless waiting().
  void expire(HttpReaders& readers, std::string& out);

  /// What is in `out` is the last: close after sending it.
  bool finished() const { return finished_; }
  HttpFailure failure() const { return failure_; }
  /// Inside a request: it holds a reader.
  bool in_request() const { return reader_ != nullptr; }

 private:
  void read_on(Instant now, HttpReaders& readers, HttpHandler& handler, std::string& out);
  void answer_one(HttpHandler& handler, const HttpReaders& readers, std::string& out);
  void write(const HttpAnswer& answer, const HttpReaders& readers, std::string& out);
  void refuse(HttpFailure failure, const HttpReaders& readers, std::string& out);

  std::unique_ptr<HttpRequestReader> reader_;
  Instant deadline_;
  std::uint32_t answered_ = 0;
  bool finished_ = false;
  bool waiting_ = false;
  HttpFailure failure_ = HttpFailure::none;
};

}  // namespace fleetsim::platform
