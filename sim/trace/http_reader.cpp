#include "sim/trace/http_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "devicecore/ascii.hpp"
#include "sim/trace/http_body.hpp"
#include "sim/trace/plain_text.hpp"
#include "sim/trace/trace_limits.hpp"

namespace fleetsim::sim {
namespace {

struct Header {
  std::string_view name;
  std::string_view value;
};

/// The start line and the headers of one message.
struct Head {
  std::string_view start_line;
  std::vector<Header> headers;
  std::size_t bytes = 0;  // with the empty line behind them; 0: they did not all come
  std::string_view problem;

  std::string_view value_of(std::string_view lower_name) const {
    for (const Header& header : headers)
      if (device::equals_ignoring_case(header.name, lower_name)) return header.value;
    return {};
  }
};

// What a person who looks at a bootstrap, a registration or a download wants to see.
constexpr std::array<std::string_view, 9> shown_headers = {
    "host", "content-type", "content-length", "transfer-encoding", "location", "range", "content-range", "connection", "retry-after",
};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

Head read_head(std::string_view rest) {
  Head head;
  for (std::size_t at = 0;;) {
    const std::size_t end = rest.find('\n', at);
    if (end == std::string_view::npos ? rest.size() > trace_limits::http_header_bytes_max : end > trace_limits::http_header_bytes_max)
      head.problem = "start line and headers are longer than what is read of them";
    if (end == std::string_view::npos || !head.problem.empty()) return head;
    std::string_view line = rest.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool first = at == 0;
    at = end + 1;
    if (first) {
      head.start_line = line;
      continue;
    }
    if (line.empty()) {
      head.bytes = at;
      return head;
    }
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) head.problem = "a header without a name";
    if (head.headers.size() == trace_limits::http_headers_max) head.problem = "more headers than are read";
    if (!head.problem.empty()) return head;
    head.headers.push_back({line.substr(0, colon), trimmed(line.substr(colon + 1))});
  }
}

bool is_version(std::string_view text) { return text == "HTTP/1.1" || text == "HTTP/1.0"; }

/// Empty when it is one.
std::string_view read_request_line(std::string_view line, DecodedMessage& message) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || last <= first + 1) return "no request line: method, target, version";
  if (!is_version(line.substr(last + 1))) return "a version other than HTTP/1.1 and HTTP/1.0";
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.find(' ') != std::string_view::npos || !is_readable(line)) return "no request line: method, target, version";
  const std::string shown = without_secrets(target, find_secrets(target));
  message.add("method", std::string(line.substr(0, first)));
  message.add("target", shown);
  message.name = std::string(line.substr(0, first)) + " " + plain_text(shown, trace_limits::text_bytes_in_json);
  return {};
}

std::optional<std::uint16_t> status_of(std::string_view line) {
  constexpr std::size_t code_at = 9;
  if (line.size() < code_at + 3 || !is_version(line.substr(0, 8)) || line[8] != ' ') return std::nullopt;
  std::uint16_t status = 0;
  const char* code = line.data() + code_at;
  const auto [end, failed] = std::from_chars(code, code + 3, status);
  if (failed != std::errc{} || end != code + 3 || status < 100) return std::nullopt;
  if (line.size() > code_at + 3 && line[code_at + 3] != ' ') return std::nullopt;
  return status;
}

std::string_view read_status_line(std::string_view line, DecodedMessage& message) {
  const std::optional<std::uint16_t> status = status_of(line);
  if (!status || !is_readable(line)) return "no status line: version, three digits, reason";
  message.add("status", std::int64_t{*status});
  message.name = std::string(line.substr(std::string_view("HTTP/1.1 ").size()));
  return {};
}

void add_headers(const Head& head, DecodedMessage& message) {
  std::vector<std::string> shown;
  for (const Header& header : head.headers) {
    const bool matters = std::any_of(shown_headers.begin(), shown_headers.end(),
                                     [&](std::string_view name) { return device::equals_ignoring_case(header.name, name); });
    if (matters) shown.push_back(fmt::format("{}: {}", header.name, plain_text(header.value, trace_limits::text_bytes_in_json)));
  }
  message.add("headers", std::move(shown));
}

/// How the body of this message is framed.
HttpFraming framing_of(const Head& head, Direction direction, StreamEnd end, const DecodedMessage& message) {
  HttpFraming framing;
  const std::string_view length = head.value_of("content-length");
  if (!head.value_of("transfer-encoding").empty()) {
    framing.kind = HttpFraming::Kind::chunked;
  } else if (!length.empty()) {
    const auto [stop, failed] = std::from_chars(length.data(), length.data() + length.size(), framing.bytes);
    if (failed != std::errc{} || stop != length.data() + length.size()) framing.kind = HttpFraming::Kind::unknown;
  } else if (direction == Direction::down) {
    const std::string_view name = message.name;
    const bool never_has_one = name.starts_with('1') || name.starts_with("204") || name.starts_with("304");
    if (!never_has_one) framing.kind = end == StreamEnd::ended ? HttpFraming::Kind::to_the_end : HttpFraming::Kind::open_end;
  }
  return framing;
}

void show_body(const std::string& body, DecodedMessage& message) {
  const std::string shown = without_secrets(body, find_secrets(body));
  message.add("body_bytes", static_cast<std::int64_t>(body.size()));
  if (body.empty()) return;
  message.add("body", plain_text(shown, trace_limits::text_bytes_in_json));
  message.summary = plain_text(shown, trace_limits::text_bytes_in_json);
}

/// What cannot be read: shown as far as it is text, without its secrets.
void show_unread(std::string_view bytes, DecodedMessage& message) {
  const std::string shown = plain_text(without_secrets(bytes, find_secrets(bytes)), trace_limits::text_bytes_in_json);
  message.fields.clear();
  message.add("bytes", static_cast<std::int64_t>(bytes.size()));
  message.add("text", shown);
  message.summary = message.problem + ": " + shown;
}

/// Of the message at the front of `rest`; its place counts from there.
DecodedMessage read_message(std::string_view rest, Direction direction, StreamEnd end) {
  DecodedMessage message;
  message.name = "bytes";
  message.place = {0, rest.size()};
  const Head head = read_head(rest);
  if (head.problem.empty() && head.bytes > 0)
    message.problem = direction == Direction::up ? read_request_line(head.start_line, message) : read_status_line(head.start_line, message);
  if (!head.problem.empty()) message.problem = head.problem;
  const HttpFraming framing = message.problem.empty() ? framing_of(head, direction, end, message) : HttpFraming{};
  if (framing.kind == HttpFraming::Kind::unknown) message.problem = "a Content-Length that is no number";
  if (!message.problem.empty()) message.reading = Reading::malformed;
  if (message.problem.empty() && head.bytes == 0) {
    message.reading = Reading::incomplete;
    message.problem = "the headers did not all come";
  }
  if (!message.problem.empty()) {
    message.secrets = find_secrets(rest);
    show_unread(rest, message);
    return message;
  }
  add_headers(head, message);
  const HttpBody body = read_http_body(rest.substr(head.bytes), framing);
  message.place.end = head.bytes + body.bytes;
  message.secrets = find_secrets(rest.substr(0, head.bytes));
  for (const ByteRange& secret : body.secrets) message.secrets.push_back({secret.begin + head.bytes, secret.end + head.bytes});
  show_body(body.text, message);
  message.reading = body.reading;
  message.problem = body.problem;
  if (!body.problem.empty()) message.summary = message.problem + (message.summary.empty() ? "" : ": ") + message.summary;
  return message;
}

}  // namespace

std::vector<DecodedMessage> read_http(ByteView stream, Direction direction, StreamEnd end) {
  std::vector<DecodedMessage> messages;
  for (std::size_t at = 0; at < stream.size();) {
    DecodedMessage message = read_message(text_of(stream.subspan(at)), direction, end);
    message.place = {message.place.begin + at, message.place.end + at};
    for (ByteRange& secret : message.secrets) secret = {secret.begin + at, secret.end + at};
    at = message.place.end;
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace fleetsim::sim
