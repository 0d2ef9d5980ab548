#include "sim/trace/http_body.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace fleetsim::sim {
namespace {

/// Where a part of the text came from.
struct Piece {
  std::size_t text_at = 0;
  std::size_t wire_at = 0;
  std::size_t bytes = 0;
};

/// Ranges of the text, where they stand on the wire: what lies over several pieces becomes several ranges.
std::vector<ByteRange> on_the_wire(const std::vector<ByteRange>& ranges, const std::vector<Piece>& pieces) {
  std::vector<ByteRange> found;
  for (const ByteRange& range : ranges) {
    for (const Piece& piece : pieces) {
      const std::size_t begin = std::max(range.begin, piece.text_at);
      const std::size_t end = std::min(range.end, piece.text_at + piece.bytes);
      if (begin < end) found.push_back({piece.wire_at + begin - piece.text_at, piece.wire_at + end - piece.text_at});
    }
  }
  return found;
}

/// The size that a chunk's line names; nothing when it is none.
bool read_chunk_size(std::string_view line, std::size_t& size) {
  line = line.substr(0, line.find(';'));
  while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
  const auto [stop, failed] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  return failed == std::errc{} && stop == line.data() + line.size();
}

void fail_body(HttpBody& body, std::string_view rest, Reading reading, std::string_view problem) {
  body.bytes = rest.size();
  body.reading = reading;
  body.problem = problem;
}

/// The line at `at` without its end, and `at` moved behind it; false: it did not all come.
bool take_line(std::string_view rest, std::size_t& at, std::string_view& line) {
  const std::size_t end = rest.find('\n', at);
  if (end == std::string_view::npos) return false;
  line = rest.substr(at, end - at);
  if (line.ends_with('\r')) line.remove_suffix(1);
  at = end + 1;
  return true;
}

void read_chunks(std::string_view rest, HttpBody& body, std::vector<Piece>& pieces) {
  constexpr std::string_view cut_off = "the stream ended inside a chunked body";
  std::size_t at = 0;
  std::string_view line;
  for (;;) {
    std::size_t size = 0;
    if (!take_line(rest, at, line)) return fail_body(body, rest, Reading::incomplete, cut_off);
    if (!read_chunk_size(line, size)) return fail_body(body, rest, Reading::malformed, "a chunk's size that is no hexadecimal number");
    if (size == 0) break;
    const std::size_t came = std::min(size, rest.size() - at);
    pieces.push_back({body.text.size(), at, came});
    body.text.append(rest.substr(at, came));
    at += came;
    if (came < size || !take_line(rest, at, line)) return fail_body(body, rest, Reading::incomplete, cut_off);
    if (!line.empty()) return fail_body(body, rest, Reading::malformed, "a chunk that is longer than its size");
  }
  do {  // trailers, which nobody here sends
    if (!take_line(rest, at, line)) return fail_body(body, rest, Reading::incomplete, cut_off);
  } while (!line.empty());
  body.bytes = at;
}

}  // namespace

HttpBody read_http_body(std::string_view rest, const HttpFraming& framing) {
  HttpBody body;
  std::vector<Piece> pieces;
  const auto take = [&](std::size_t size) {
    body.bytes = std::min(size, rest.size());
    body.text = rest.substr(0, body.bytes);
    pieces.push_back({0, 0, body.bytes});
  };
  switch (framing.kind) {
    case HttpFraming::Kind::by_length:
      take(framing.bytes);
      if (body.bytes < framing.bytes) fail_body(body, rest, Reading::incomplete, "the stream ended inside the body");
      break;
    case HttpFraming::Kind::chunked:
      read_chunks(rest, body, pieces);
      break;
    case HttpFraming::Kind::to_the_end:
      take(rest.size());
      break;
    case HttpFraming::Kind::open_end:
      take(rest.size());
      fail_body(body, rest, Reading::incomplete, "the stream goes on, and no length says where the body ends");
      break;
    case HttpFraming::Kind::unknown:
      fail_body(body, rest, Reading::malformed, "no length");
      break;
  }
  body.secrets = on_the_wire(find_secrets(body.text), pieces);
  return body;
}

}  // namespace fleetsim::sim
