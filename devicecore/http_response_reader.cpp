#include "devicecore/http_response_reader.hpp"

#include <cstring>
#include <optional>

#include "devicecore/ascii.hpp"
#include "devicecore/base/ensure.hpp"
#include "devicecore/decimal.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

constexpr std::uint32_t chunk_bytes_max = 0x0fffffffU;  // one more hex digit must not overflow; the body limit is far below

/// RFC 9110 §5.6.2: what a header name is made of.
constexpr bool is_token_character(char c) {
  if (is_alphanumeric(c)) return true;
  for (const char allowed : std::string_view("!#$%&'*+-.^_`|~"))
    if (c == allowed) return true;
  return false;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

void HttpResponseReader::begin(MutableBytes storage, HttpDialect dialect) {
  ensure(storage.size() >= limits::http_line_bytes_max && storage.size() <= 0xffffU);
  *this = HttpResponseReader{};
  storage_ = storage;
  dialect_ = dialect;
}

HttpResponseReader::Progress HttpResponseReader::feed(ByteView bytes) {
  while (!bytes.empty() && progress_ == Progress::more) {
    switch (part_) {
      case Part::status_line:
      case Part::header:
      case Part::chunk_size:
      case Part::chunk_end:
      case Part::trailer:
        take_line_byte(bytes.front());
        bytes = bytes.subspan(1);
        break;
      case Part::sized_body:
      case Part::body_until_close:
      case Part::chunk_data:
        bytes = bytes.subspan(take_body(bytes));
        break;
    }
  }
  return progress_;
}

HttpResponseReader::Progress HttpResponseReader::end_of_stream() {
  if (progress_ != Progress::more) return progress_;
  if (part_ == Part::body_until_close) {
    progress_ = Progress::complete;
  } else {
    fail(Failure::link);
  }
  return progress_;
}

void HttpResponseReader::fail(Failure why) {
  progress_ = Progress::failed;
  failure_ = why;
}

void HttpResponseReader::take_line_byte(std::uint8_t byte) {
  if (++head_bytes_ > limits::http_head_bytes_max) return fail(Failure::http_malformed);
  const bool is_forbidden = (byte < ' ' && byte != '\t' && byte != '\r') || byte == 0x7f;
  if (byte == '\n') {
    after_carriage_return_ = false;
    end_line();
    line_size_ = 0;
    line_is_cut_ = false;
  } else if (after_carriage_return_ || is_forbidden) {
    fail(Failure::http_malformed);
  } else if (byte == '\r') {
    after_carriage_return_ = true;
  } else if (part_ == Part::chunk_size) {
    take_chunk_size_byte(byte);
  } else {
    take_text_byte(byte);
  }
}

void HttpResponseReader::take_text_byte(std::uint8_t byte) {
  if (part_ == Part::chunk_end) return fail(Failure::http_malformed);  // data went on after its announced size
  if (line_size_ == limits::http_line_bytes_max) {
    line_is_cut_ = true;
    return;
  }
  if (part_ != Part::trailer) storage_[line_size_] = byte;  // a trailer comes when the body is in there
  ++line_size_;
}

void HttpResponseReader::take_chunk_size_byte(std::uint8_t byte) {
  if (line_is_cut_) return;
  const auto digit = hex_digit(static_cast<char>(byte));
  if (digit) {
    if (remaining_ > chunk_bytes_max) return fail(Failure::http_malformed);
    remaining_ = remaining_ * 16 + *digit;
    ++line_size_;
  } else if (line_size_ > 0 && (byte == ';' || byte == ' ' || byte == '\t')) {
    line_is_cut_ = true;
  } else {
    fail(Failure::http_malformed);
  }
}

std::size_t HttpResponseReader::take_body(ByteView bytes) {
  const std::size_t room = storage_.size() - body_size_;
  std::size_t count = bytes.size();
  if (part_ != Part::body_until_close && count > remaining_) count = remaining_;
  if (count > room) {
    fail(Failure::body_too_large);
    return bytes.size();
  }
  std::memcpy(storage_.data() + body_size_, bytes.data(), count);
  body_size_ = static_cast<std::uint16_t>(body_size_ + count);
  if (part_ == Part::body_until_close) return count;
  remaining_ -= static_cast<std::uint32_t>(count);
  if (remaining_ == 0) {
    if (part_ == Part::chunk_data) {
      part_ = Part::chunk_end;
    } else {
      progress_ = Progress::complete;
    }
  }
  return count;
}

void HttpResponseReader::end_line() {
  // Of these two alone the text is kept: a chunk size may have more digits than there is storage.
  switch (part_) {
    case Part::status_line:
      return end_status_line(text_of(storage_.first(line_size_)));
    case Part::header:
      return line_size_ == 0 ? end_head() : end_header_line(text_of(storage_.first(line_size_)));
    case Part::chunk_size:
      return end_chunk_size();
    case Part::chunk_end:
      remaining_ = 0;
      part_ = Part::chunk_size;
      return;
    case Part::trailer:
      if (line_size_ == 0) progress_ = Progress::complete;
      return;
    case Part::sized_body:
    case Part::body_until_close:
    case Part::chunk_data:
      return ensure(false);  // bodies have no lines
  }
}

void HttpResponseReader::end_status_line(std::string_view line) {
  // "HTTP/1.x NNN", then a space and a reason, or nothing (RFC 9112 §4).
  constexpr std::string_view version = "HTTP/1.";
  if (line.size() < 12 || !line.starts_with(version) || !is_digit(line[7]) || line[8] != ' ') return fail(Failure::http_malformed);
  if (line.size() > 12 && line[12] != ' ') return fail(Failure::http_malformed);
  const bool wants_1_1 = dialect_ == HttpDialect::linksdk || dialect_ == HttpDialect::only_http_1_1;
  if (wants_1_1 && line[7] != '1') return fail(Failure::http_malformed);
  line.remove_prefix(9);
  line.remove_suffix(line.size() - 3);
  const auto status = parse_decimal(line, 599);
  if (!status || *status < 100) return fail(Failure::http_malformed);
  status_ = static_cast<std::uint16_t>(*status);
  retry_after_s_ = 0;
  framing_ = Framing::until_close;
  last_header_ = LastHeader::none;
  part_ = Part::header;
}

void HttpResponseReader::end_header_line(std::string_view line) {
  // The C SDK keeps a line with its CRLF in a buffer of this size.
  if (dialect_ == HttpDialect::linksdk && line.size() + 2 > limits::http_line_bytes_max) return fail(Failure::http_malformed);
  if (line.front() == ' ' || line.front() == '\t') {
    // An obsolete continuation line. Of a header that nobody reads it is as good as nothing.
    if (last_header_ != LastHeader::ordinary) fail(Failure::http_malformed);
    return;
  }
  std::size_t name_size = 0;
  while (name_size < line.size() && is_token_character(line[name_size])) ++name_size;
  if (name_size == line.size()) {
    // A name without its colon; but when the line was cut, the colon may have been in the part that is gone.
    if (!line_is_cut_) return fail(Failure::http_malformed);
    last_header_ = LastHeader::ordinary;
    return;
  }
  if (name_size == 0 || line[name_size] != ':') return fail(Failure::http_malformed);
  const std::string_view name(line.data(), name_size);
  line.remove_prefix(name_size + 1);
  last_header_ = LastHeader::ordinary;
  read_framing(name, trim(line));
}

void HttpResponseReader::read_framing(std::string_view name, std::string_view value) {
  const bool is_strict = dialect_ == HttpDialect::linksdk;
  const bool minds_case = is_strict || dialect_ == HttpDialect::exact_case;
  const bool is_length = minds_case ? name == "Content-Length" : equals_ignoring_case(name, "content-length");
  const bool is_encoding = dialect_ != HttpDialect::no_chunks && equals_ignoring_case(name, "transfer-encoding");
  if (!is_length && !is_encoding) return read_retry_after(name, value);
  last_header_ = LastHeader::framing;
  if (line_is_cut_) return fail(Failure::http_malformed);

  if (is_length) {
    const auto length = parse_decimal(value, 0xffffffffU);
    const bool repeated = framing_ == Framing::content_length;
    // Two lengths must agree, and a length beside chunks is how requests are smuggled (RFC 9112 §6.3).
    if (!length || framing_ == Framing::chunked || (repeated && *length != remaining_)) return fail(Failure::http_malformed);
    framing_ = Framing::content_length;
    remaining_ = *length;
  } else {
    if (is_strict || framing_ != Framing::until_close || !equals_ignoring_case(value, "chunked")) return fail(Failure::http_malformed);
    framing_ = Framing::chunked;
  }
}

/// A date instead of seconds needs a clock, which many a device has not: then its own waits do.
void HttpResponseReader::read_retry_after(std::string_view name, std::string_view value) {
  if (line_is_cut_ || !equals_ignoring_case(name, "retry-after")) return;
  const auto seconds = parse_decimal(value, 0xffffffffU);
  if (seconds) retry_after_s_ = static_cast<std::uint16_t>(*seconds < limits::retry_after_s_max ? *seconds : limits::retry_after_s_max);
}

void HttpResponseReader::end_head() {
  if (status_ < 200 && dialect_ != HttpDialect::first_head) {
    if (status_ == 101) return fail(Failure::http_malformed);  // nobody asked to switch protocols
    part_ = Part::status_line;
    status_ = 0;
    return;
  }
  if (status_ != 200 && !(accepts_part_ && status_ == 206)) return fail(Failure::http_status);
  switch (framing_) {
    case Framing::until_close:
      if (dialect_ == HttpDialect::linksdk) return fail(Failure::http_malformed);
      part_ = Part::body_until_close;
      return;
    case Framing::chunked:
      remaining_ = 0;
      part_ = Part::chunk_size;
      return;
    case Framing::content_length:
      if (remaining_ > storage_.size()) return fail(Failure::body_too_large);
      part_ = Part::sized_body;
      if (remaining_ == 0) progress_ = Progress::complete;
      return;
  }
}

void HttpResponseReader::end_chunk_size() {
  if (line_size_ == 0) return fail(Failure::http_malformed);
  if (remaining_ == 0) {
    part_ = Part::trailer;
  } else if (remaining_ > storage_.size() - body_size_) {
    fail(Failure::body_too_large);
  } else {
    part_ = Part::chunk_data;
  }
}

}  // namespace fleetsim::device
