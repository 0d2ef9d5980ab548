// Reads one request after the other out of bytes in any split, with Beast's parser. Used by HttpConnection only, while a request is
// incomplete: everything that takes memory is here, so that an idle connection has none of it.
//
//   reader.offer(bytes);
//   while (reader.next() == HttpRequestReader::Progress::complete) answer(reader.request());
//   reader.keep_rest();
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "platform-mock/core/http/http_connection.hpp"
#include "platform-mock/core/http/http_message.hpp"

namespace fleetsim::platform {

class HttpRequestReader {
 public:
  enum class Progress : std::uint8_t { need_more, complete, failed };

  /// Bytes that came. They must live until keep_rest().
  void offer(ByteView bytes);
  /// Reads on. After `complete` the next call begins the next request; after `failed` nothing more can be read.
  Progress next(const HttpLimits& limits);
  /// Keeps what was not used up for the next offer().
  void keep_rest();
  std::size_t kept_bytes() const { return carried_.size(); }
  /// As new, but with its buffers, unless these have grown large.
  void reset();

  /// A request has begun and is not complete: at least one byte of it has come.
  bool in_request() const;
  /// The client waits for "100 Continue" before it sends the body. True once for each such request.
  bool take_expect_continue();

  // Of the last complete request.
  HttpRequest request() const { return {.method = text_.method, .target = text_.target, .body = text_.body, .headers = text_.headers}; }
  bool keep_alive() const { return keep_alive_; }
  bool http_1_0() const { return text_.version == 10; }

  HttpFailure failure() const { return failure_; }

 private:
  struct RequestText {
    HttpMethod method = HttpMethod::other;
    int version = 11;
    bool expects_continue = false;
    std::string target;
    std::string body;
    std::string header_text;                 // names, lower case, and values, one after the other
    std::vector<std::uint32_t> header_ends;  // in header_text: of each name, of each value
    std::vector<HttpHeader> headers;         // views of them, once the header is whole

    void clear();
    void add_header(std::string_view name, std::string_view value);
    void view_headers();
  };

  /// Takes a request's text, within the limits.
  class Parser final : public boost::beast::http::basic_parser<true> {
   public:
    Parser(RequestText& text, const HttpLimits& limits);

   private:
    using Error = boost::beast::error_code;
    using Text = boost::beast::string_view;
    void on_request_impl(boost::beast::http::verb method, Text method_text, Text target, int version, Error& error) override;
    void on_response_impl(int code, Text reason, int version, Error& error) override;
    void on_field_impl(boost::beast::http::field name, Text name_text, Text value, Error& error) override;
    void on_header_impl(Error& error) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error& error) override;
    std::size_t on_body_impl(Text body, Error& error) override;
    void on_chunk_header_impl(std::uint64_t size, Text extensions, Error& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t remain, Text body, Error& error) override;
    void on_finish_impl(Error& error) override;

    RequestText* text_;
    std::size_t headers_max_;
  };

  Progress fail(HttpFailure failure);
  void skip_empty_lines();

  RequestText text_;
  std::optional<Parser> parser_;  // while a request is being read
  std::string carried_;           // bytes of earlier offers that the parser could not use yet
  std::string_view view_;         // what is there to read: of carried_, or of the offered bytes themselves
  std::size_t header_bytes_ = 0;  // of the header, used so far
  bool keep_alive_ = false;
  HttpFailure failure_ = HttpFailure::none;
};

}  // namespace fleetsim::platform
