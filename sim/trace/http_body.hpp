// Reads the body of one HTTP/1.1 message: by length, in chunks, or up to the end of the stream. Only http_reader.cpp uses it.
//
//   const HttpBody body = read_http_body(behind_the_headers, {.kind = HttpFraming::Kind::by_length, .bytes = 79});
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/decoded_message.hpp"

namespace fleetsim::sim {

struct HttpFraming {
  enum class Kind : std::uint8_t {
    by_length,
    chunked,
    to_the_end,  // of the stream, which is there
    open_end,    // likewise, and more may come
    unknown,
  } kind = Kind::by_length;
  std::size_t bytes = 0;  // of by_length
};

struct HttpBody {
  std::string text;                // without the framing
  std::size_t bytes = 0;           // on the wire
  std::vector<ByteRange> secrets;  // on the wire, from the body's first byte on
  Reading reading = Reading::whole;
  std::string problem;
};

/// `rest`: all that lies behind the headers. A body whose framing is malformed takes it all.
HttpBody read_http_body(std::string_view rest, const HttpFraming& framing);

}  // namespace fleetsim::sim
