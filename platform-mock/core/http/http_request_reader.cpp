#include "platform-mock/core/http/http_request_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

namespace fleetsim::platform {
namespace {

namespace http = boost::beast::http;

/// Beast counts its limit from where it last stopped, so that the cut of the bytes would decide; the reader counts instead.
constexpr std::uint32_t no_limit_of_beast = std::numeric_limits<std::uint32_t>::max();

/// A spare reader keeps its buffers for the next request up to this size each.
constexpr std::size_t kept_buffer_bytes_max = 4096;

HttpFailure failure_of(const boost::beast::error_code& error) {
  if (error == http::error::header_limit) return HttpFailure::header_too_large;
  if (error == http::error::body_limit) return HttpFailure::body_too_large;
  return HttpFailure::malformed;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(boost::beast::string_view text, std::string_view wanted) {
  if (text.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (lower(text[i]) != wanted[i]) return false;
  return true;
}

}  // namespace

void HttpRequestReader::offer(ByteView bytes) {
  if (carried_.empty()) {
    view_ = text_of(bytes);
    return;
  }
  carried_.append(text_of(bytes));
  view_ = carried_;
}

HttpRequestReader::Progress HttpRequestReader::next(const HttpLimits& limits) {
  if (failure_ != HttpFailure::none) return Progress::failed;
  if (!parser_) {
    skip_empty_lines();
    if (view_.empty() || view_ == "\r") return Progress::need_more;
    text_.clear();
    header_bytes_ = 0;
    parser_.emplace(text_, limits);
  }
  while (!parser_->is_done() && !view_.empty()) {
    boost::beast::error_code error;
    const bool of_header = !parser_->is_header_done();
    const std::size_t body_before = text_.body.size();
    const std::size_t used = parser_->put(boost::asio::const_buffer(view_.data(), view_.size()), error);
    view_.remove_prefix(used);
    if (of_header) header_bytes_ += used;
    const bool of_body = text_.body.size() != body_before;
    if ((of_header ? header_bytes_ : of_body ? 0 : used) > limits.header_bytes) return fail(HttpFailure::header_too_large);
    if (error == http::error::need_more) break;
    if (error) return fail(failure_of(error));
    if (used == 0 && !parser_->is_done()) break;
  }
  if (!parser_->is_done()) {
    // What is left is of the header, or of a chunk's line or the trailer.
    if ((parser_->is_header_done() ? 0 : header_bytes_) + view_.size() > limits.header_bytes) return fail(HttpFailure::header_too_large);
    return Progress::need_more;
  }
  keep_alive_ = parser_->keep_alive();
  parser_.reset();
  return Progress::complete;
}

void HttpRequestReader::keep_rest() {
  const bool of_carried = !carried_.empty();
  if (of_carried) {
    carried_.erase(0, carried_.size() - view_.size());
  } else {
    carried_.assign(view_);
  }
  view_ = {};
}

void HttpRequestReader::reset() {
  parser_.reset();
  text_.clear();
  carried_.clear();
  view_ = {};
  failure_ = HttpFailure::none;
  for (std::string* buffer : {&text_.target, &text_.body, &text_.header_text, &carried_})
    if (buffer->capacity() > kept_buffer_bytes_max) std::string{}.swap(*buffer);
}

bool HttpRequestReader::in_request() const { return parser_.has_value() || !carried_.empty(); }

bool HttpRequestReader::take_expect_continue() {
  const bool asked = text_.expects_continue && parser_ && parser_->is_header_done() && text_.body.empty();
  if (asked) text_.expects_continue = false;
  return asked;
}

HttpRequestReader::Progress HttpRequestReader::fail(HttpFailure failure) {
  failure_ = failure;
  return Progress::failed;
}

/// Old clients end a POST with a line break that belongs to nothing (RFC 9112 §2.2).
void HttpRequestReader::skip_empty_lines() {
  while (view_.size() >= 2 && view_[0] == '\r' && view_[1] == '\n') view_.remove_prefix(2);
}

void HttpRequestReader::RequestText::clear() {
  method = HttpMethod::other;
  version = 11;
  expects_continue = false;
  target.clear();
  body.clear();
  header_text.clear();
  header_ends.clear();
  headers.clear();
}

void HttpRequestReader::RequestText::add_header(std::string_view name, std::string_view value) {
  for (const char c : name) header_text.push_back(lower(c));
  header_ends.push_back(static_cast<std::uint32_t>(header_text.size()));
  header_text.append(value);
  header_ends.push_back(static_cast<std::uint32_t>(header_text.size()));
}

/// Only now: the text moved in memory while it grew.
void HttpRequestReader::RequestText::view_headers() {
  const std::string_view all = header_text;
  std::size_t begin = 0;
  for (std::size_t i = 0; i + 1 < header_ends.size(); i += 2) {
    const std::size_t middle = header_ends[i];
    const std::size_t end = header_ends[i + 1];
    headers.push_back({all.substr(begin, middle - begin), all.substr(middle, end - middle)});
    begin = end;
  }
}

HttpRequestReader::Parser::Parser(RequestText& text, const HttpLimits& limits) : text_(&text), headers_max_(limits.headers) {
  header_limit(no_limit_of_beast);
  body_limit(limits.body_bytes);
  eager(false);  // one part of the request at a time, so that each can be counted
}

void HttpRequestReader::Parser::on_request_impl(http::verb method, Text, Text target, int version, Error&) {
  if (method == http::verb::get) text_->method = HttpMethod::get;
  if (method == http::verb::head) text_->method = HttpMethod::head;
  if (method == http::verb::post) text_->method = HttpMethod::post;
  text_->target.assign(target.data(), target.size());
  text_->version = version;
}

void HttpRequestReader::Parser::on_response_impl(int, Text, int, Error&) {}

void HttpRequestReader::Parser::on_field_impl(http::field name, Text name_text, Text value, Error& error) {
  if (text_->header_ends.size() / 2 == headers_max_) {
    error = http::error::header_limit;
    return;
  }
  // A chunked body's trailer: nothing here has a use for it, and the headers' views may not move any more (RFC 9110 §6.5.1).
  if (is_header_done()) return;
  text_->add_header({name_text.data(), name_text.size()}, {value.data(), value.size()});
  if (name == http::field::expect && equal_ignoring_case(value, "100-continue")) text_->expects_continue = true;
}

void HttpRequestReader::Parser::on_header_impl(Error&) { text_->view_headers(); }

void HttpRequestReader::Parser::on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) {}

std::size_t HttpRequestReader::Parser::on_body_impl(Text body, Error&) {
  text_->body.append(body.data(), body.size());
  return body.size();
}

void HttpRequestReader::Parser::on_chunk_header_impl(std::uint64_t, Text, Error&) {}

std::size_t HttpRequestReader::Parser::on_chunk_body_impl(std::uint64_t, Text body, Error&) {
  text_->body.append(body.data(), body.size());
  return body.size();
}

void HttpRequestReader::Parser::on_finish_impl(Error&) {}

}  // namespace fleetsim::platform
