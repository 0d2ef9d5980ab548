#include "platform-mock/core/http/http_connection.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/http/http_request_reader.hpp"

namespace fleetsim::platform {
namespace {

/// Somebody may ask for a large file many times in one packet.

constexpr Duration next_turn = std::chrono::milliseconds{1};

enum class After : std::uint8_t { keep, keep_said, close };

std::string_view reason_phrase(std::uint16_t status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 416:
      return "Range Not Satisfiable";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

constexpr std::string_view continue_head = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t chunk_bytes = 7;  // so that a chunk of the smallest answer ends within a word

void write_chunks(std::string& out, std::string_view body) {
  constexpr std::string_view digits = "0123456789";
  static_assert(chunk_bytes < digits.size());
  for (; !body.empty(); body.remove_prefix(std::min(chunk_bytes, body.size()))) {
    const std::string_view chunk = body.substr(0, chunk_bytes);
    out.append(1, digits[chunk.size()]).append("\r\n").append(chunk).append("\r\n");
  }
  out.append("0\r\n\r\n");
}

void write_length(std::string& out, const HttpAnswer& answer) {
  switch (answer.form) {
    case HttpForm::usual:
    case HttpForm::continue_first:
      out.append("\r\nContent-Length: ").append(std::to_string(answer.body.size())).append("\r\n");
      break;
    case HttpForm::lower_case:
      out.append("\r\ncontent-length: ").append(std::to_string(answer.body.size())).append("\r\n");
      break;
    case HttpForm::chunked:
      out.append("\r\nTransfer-Encoding: chunked\r\n");
      break;
    case HttpForm::http_1_0:
      out.append("\r\n");
      break;
  }
}

/// Real devices look for "Content-Length: " in exactly this case, take lines of 128 bytes at most and know no chunks.
void write_answer(std::string& out, const HttpAnswer& answer, After after, HttpMethod method) {
  if (answer.form == HttpForm::continue_first) out.append(continue_head);
  out.append(answer.form == HttpForm::http_1_0 ? "HTTP/1.0 " : "HTTP/1.1 ");
  out.append(std::to_string(answer.status)).append(" ").append(reason_phrase(answer.status)).append("\r\n");
  // RFC 9110 §8.6: none with 204.
  if (answer.status != 204) {
    out.append(answer.form == HttpForm::lower_case ? "content-type: " : "Content-Type: ").append(answer.content_type);
    write_length(out, answer);
  }
  out.append(answer.more_headers);
  if (!answer.allow.empty()) out.append("Allow: ").append(answer.allow).append("\r\n");
  switch (after) {
    case After::keep:
      break;
    case After::keep_said:
      out.append("Connection: keep-alive\r\n");
      break;
    case After::close:
      out.append("Connection: close\r\n");
      break;
  }
  out.append("\r\n");
  if (method == HttpMethod::head) return;
  if (answer.form == HttpForm::chunked) return write_chunks(out, answer.body);
  out.append(answer.body);
}

std::optional<LimitKind> limit_of(HttpFailure failure) {
  switch (failure) {
    case HttpFailure::none:
    case HttpFailure::malformed:
      break;
    case HttpFailure::header_too_large:
      return LimitKind::http_header;
    case HttpFailure::body_too_large:
      return LimitKind::http_body;
    case HttpFailure::timed_out:
      return LimitKind::http_request_timeout;
  }
  return std::nullopt;
}

HttpAnswer refusal(HttpFailure failure) {
  switch (failure) {
    case HttpFailure::none:
      break;
    case HttpFailure::malformed:
      return {400, R"({"code":400,"message":"malformed request"})"};
    case HttpFailure::header_too_large:
      return {431, R"({"code":431,"message":"request header too large"})"};
    case HttpFailure::body_too_large:
      return {413, R"({"code":413,"message":"request body too large"})"};
    case HttpFailure::timed_out:
      return {408, R"({"code":408,"message":"request took too long"})"};
  }
  return {.status = 400};
}

}  // namespace

HttpLimits http_limits(const Limits& limits) {
  return {.header_bytes = limits.http_header_bytes,
          .headers = limits.http_headers,
          .body_bytes = limits.http_body_bytes,
          .requests_per_connection = limits.http_requests_per_connection,
          .request_timeout = limits.http_request_timeout,
          .idle_timeout = limits.http_idle_timeout};
}

HttpLimits management_http_limits(const Limits& limits) {
  HttpLimits wider = http_limits(limits);
  wider.body_bytes = limits.management_body_bytes;
  wider.requests_per_connection = limits.management_requests_per_connection;
  wider.answer_bytes_per_turn = limits.http_answer_bytes_per_turn;
  return wider;
}

std::string_view describe(HttpFailure failure) {
  switch (failure) {
    case HttpFailure::none:
      return {};
    case HttpFailure::malformed:
      return "HTTP request is malformed";
    case HttpFailure::header_too_large:
      return "HTTP header is too large";
    case HttpFailure::body_too_large:
      return "HTTP body is too large";
    case HttpFailure::timed_out:
      return "HTTP request took too long";
  }
  return {};
}

HttpReaders::HttpReaders(const HttpLimits& limits) : limits_(limits) { spare_.reserve(spare_max); }
HttpReaders::~HttpReaders() = default;

std::unique_ptr<HttpRequestReader> HttpReaders::take() {
  if (spare_.empty()) return std::make_unique<HttpRequestReader>();
  std::unique_ptr<HttpRequestReader> reader = std::move(spare_.back());
  spare_.pop_back();
  return reader;
}

void HttpReaders::give_back(std::unique_ptr<HttpRequestReader> reader) {
  if (spare_.size() >= spare_max) return;
  reader->reset();
  spare_.push_back(std::move(reader));
}

HttpConnection::HttpConnection(Instant accepted, const HttpLimits& limits) : deadline_(accepted + limits.request_timeout) {}
HttpConnection::~HttpConnection() = default;
HttpConnection::HttpConnection(HttpConnection&&) noexcept = default;
HttpConnection& HttpConnection::operator=(HttpConnection&&) noexcept = default;

void HttpConnection::receive(ByteView bytes, Instant now, HttpReaders& readers, HttpHandler& handler, std::string& out) {
  if (finished_ || bytes.empty()) return;
  const HttpLimits& limits = readers.limits();
  if (!reader_) {
    reader_ = readers.take();
    // The first request is counted from accept, so that a client that says nothing is no better off than one that says little.
    if (answered_ > 0) deadline_ = now + limits.request_timeout;
  }
  reader_->offer(bytes);
  if (waiting_ || has_more_) {
    reader_->keep_rest();
    if (reader_->kept_bytes() > std::size_t{limits.header_bytes} + limits.body_bytes) {
      refuse(HttpFailure::body_too_large, readers, out);
      readers.give_back(std::move(reader_));
    }
    return;
  }
  read_on(now, readers, handler, out);
}

void HttpConnection::complete(const HttpAnswer& answer, Instant now, HttpReaders& readers, HttpHandler& handler, std::string& out) {
  ensure(waiting_ && !finished_);
  waiting_ = false;
  write(answer, readers, out);
  if (finished_) return readers.give_back(std::move(reader_));
  deadline_ = now + readers.limits().request_timeout;
  reader_->offer({});
  read_on(now, readers, handler, out);
  if (!finished_ && !reader_) deadline_ = now + readers.limits().idle_timeout;
}

void HttpConnection::go_on(Instant now, HttpReaders& readers, HttpHandler& handler, std::string& out) {
  ensure(has_more_ && !finished_);
  reader_->offer({});
  read_on(now, readers, handler, out);
}

void HttpConnection::read_on(Instant now, HttpReaders& readers, HttpHandler& handler, std::string& out) {
  const HttpLimits& limits = readers.limits();
  const std::uint32_t answered_before = answered_;
  auto progress = HttpRequestReader::Progress::need_more;
  has_more_ = false;
  while (!finished_ && !waiting_ && !has_more_ && (progress = reader_->next(limits)) == HttpRequestReader::Progress::complete) {
    answer_one(handler, readers, out);
    has_more_ = limits.answer_bytes_per_turn != 0 && out.size() >= limits.answer_bytes_per_turn && !finished_ && !waiting_;
  }
  if (has_more_) {
    readers.reached(LimitKind::http_answer_bytes_per_turn);
    reader_->keep_rest();
    deadline_ = now + next_turn;
    return;
  }
  if (!finished_ && !waiting_ && progress == HttpRequestReader::Progress::failed) refuse(reader_->failure(), readers, out);
  if (finished_) return readers.give_back(std::move(reader_));

  reader_->keep_rest();
  if (waiting_) return;
  if (reader_->take_expect_continue()) out.append(continue_head);
  const bool idle = !reader_->in_request();
  if (answered_ != answered_before) deadline_ = now + (idle ? limits.idle_timeout : limits.request_timeout);
  if (idle) readers.give_back(std::move(reader_));
}

void HttpConnection::expire(HttpReaders& readers, std::string& out) {
  if (finished_) return;
  if (reader_) {
    refuse(HttpFailure::timed_out, readers, out);
    readers.give_back(std::move(reader_));
  }
  finished_ = true;
}

void HttpConnection::answer_one(HttpHandler& handler, const HttpReaders& readers, std::string& out) {
  ++answered_;
  const HttpAnswer answer = handler.answer(reader_->request());
  if (!answer.later_until) return write(answer, readers, out);
  waiting_ = true;
  deadline_ = *answer.later_until;
}

void HttpConnection::write(const HttpAnswer& answer, const HttpReaders& readers, std::string& out) {
  const bool may_keep = answered_ < readers.limits().requests_per_connection;
  if (!may_keep) readers.reached(LimitKind::http_requests_per_connection);
  const bool keep = may_keep && !answer.last && reader_->keep_alive();
  const After kept = reader_->http_1_0() ? After::keep_said : After::keep;
  write_answer(out, answer, keep ? kept : After::close, reader_->request().method);
  finished_ = !keep;
}

void HttpConnection::refuse(HttpFailure failure, const HttpReaders& readers, std::string& out) {
  if (const auto limit = limit_of(failure)) readers.reached(*limit);
  failure_ = failure;
  finished_ = true;
  write_answer(out, refusal(failure), After::close, HttpMethod::other);
}

}  // namespace fleetsim::platform
