#include "platform-mock/core/files/file_server.hpp"

#include <algorithm>
#include <array>

#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/digits.hpp"
#include "platform-mock/core/http/form.hpp"
#include "platform-mock/core/random_ids.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t key_length = 43;  // about 256 bits

struct ByteRange {
  std::size_t first = 0;
  std::size_t length = 0;
};
enum class RangeKind : std::uint8_t { whole, part, unsatisfiable };
struct WantedRange {
  RangeKind kind = RangeKind::whole;
  ByteRange bytes;
};

/// `bytes=a-b`, `bytes=a-`, `bytes=-n` (RFC 9110 §14.1.2). Whatever else is asked for gets the whole file, as §14.2 allows.
WantedRange read_range(std::string_view header, std::size_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit) || header.find(',') != std::string_view::npos) return {};
  const std::string_view range = header.substr(unit.size());
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = decimal_in<std::int64_t>(range.substr(0, dash));
  const auto last = decimal_in<std::int64_t>(range.substr(dash + 1));
  const bool suffix = dash == 0;
  if ((!first && !suffix) || (suffix && !last) || (!last && dash + 1 != range.size())) return {};
  if (suffix) {
    const std::size_t length = std::min(size, static_cast<std::size_t>(*last));
    if (length == 0) return {RangeKind::unsatisfiable, {}};
    return {RangeKind::part, {size - length, length}};
  }
  if (last && *last < *first) return {};
  const auto begin = static_cast<std::size_t>(*first);
  if (begin >= size) return {RangeKind::unsatisfiable, {}};
  const std::size_t end = last ? std::min(size - 1, static_cast<std::size_t>(*last)) : size - 1;
  return {RangeKind::part, {begin, end - begin + 1}};
}

}  // namespace

FileServer::FileServer(const HmacPort& hmac, std::uint64_t seed, std::size_t answer_bytes_max)
    : hmac_(hmac), key_(RandomIds(seed, "file urls").text(key_length)), answer_bytes_max_(answer_bytes_max) {}

void FileServer::add(std::string folder, const FileSource& source) { sources_.emplace_back(std::move(folder), &source); }

std::string FileServer::url(std::string_view folder, std::string_view name, std::int64_t expires_unix_ms, UrlScheme scheme) const {
  std::string path{path_prefix};
  path.append(folder).append("/").append(name);
  const std::string expires = std::to_string(expires_unix_ms);
  return origin(scheme).append(path).append("?Expires=").append(expires).append("&Signature=").append(signature(path, expires));
}

std::string FileServer::origin(UrlScheme scheme) const {
  const bool tls = !endpoint_.plain || (endpoint_.tls && scheme == UrlScheme::tls_if_served);
  const bool v6 = endpoint_.host.find(':') != std::string::npos;
  std::string out = tls ? "https://" : "http://";
  return out.append(v6 ? "[" : "").append(endpoint_.host).append(v6 ? "]:" : ":").append(std::to_string(endpoint_.port));
}

HttpAnswer FileServer::answer(const HttpCall& call) {
  const HttpRequest& request = call.request;
  if (request.method != HttpMethod::get && request.method != HttpMethod::head) {
    HttpAnswer wrong = refuse(405, "MethodNotAllowed", "a file is read by GET");
    wrong.allow = "GET, HEAD";
    return wrong;
  }
  const std::string_view path = request.path();
  const std::string_view expires = form_raw_value(request.query(), "Expires").value_or(std::string_view{});
  const std::string_view given = form_raw_value(request.query(), "Signature").value_or(std::string_view{});
  const auto until = decimal_in<std::int64_t>(expires);
  if (!until || given.empty() || !equal_in_constant_time(given, signature(path, expires)))
    return refuse(403, "SignatureDoesNotMatch", "this is no URL that was given out");
  const std::int64_t now_ms = unix_epoch_ms_ + std::chrono::floor<std::chrono::milliseconds>(call.now.time_since_epoch()).count();
  if (now_ms >= *until) return refuse(403, "AccessDenied", "the URL has expired");

  const std::string_view rest = path.substr(path_prefix.size());
  const std::size_t slash = rest.find('/');
  const FileSource* const source = find(rest.substr(0, slash));
  std::optional<ServedFile> file;
  if (source != nullptr && slash != std::string_view::npos) file = source->open(rest.substr(slash + 1), scratch_);
  if (!file) return refuse(404, "NoSuchKey", "there is no such file any more");
  return serve(request, *file);
}

HttpAnswer FileServer::serve(const HttpRequest& request, const ServedFile& file) {
  const std::size_t size = file.content.size();
  const WantedRange range = read_range(request.header("range"), size);
  headers_.assign("Accept-Ranges: bytes\r\n");
  if (range.kind == RangeKind::unsatisfiable) {
    headers_.append("Content-Range: bytes */").append(std::to_string(size)).append("\r\n");
    HttpAnswer wrong = refuse(416, "InvalidRange", "the file is shorter");
    wrong.more_headers = headers_;
    return wrong;
  }
  const ByteRange bytes = range.kind == RangeKind::part ? range.bytes : ByteRange{0, size};
  if (bytes.length > answer_bytes_max_ && request.method == HttpMethod::get)
    return refuse(413, "EntityTooLarge", "ask for ranges of " + std::to_string(answer_bytes_max_) + " bytes at most");
  if (!file.download_name.empty())
    headers_.append("Content-Disposition: attachment; filename=\"").append(file.download_name).append("\"\r\n");
  if (range.kind == RangeKind::part)
    headers_.append("Content-Range: bytes ")
        .append(std::to_string(bytes.first))
        .append("-")
        .append(std::to_string(bytes.first + bytes.length - 1))
        .append("/")
        .append(std::to_string(size))
        .append("\r\n");
  return {.status = static_cast<std::uint16_t>(range.kind == RangeKind::part ? 206 : 200),
          .body = file.content.substr(bytes.first, bytes.length),
          .content_type = file.content_type,
          .more_headers = headers_};
}

const FileSource* FileServer::find(std::string_view folder) const {
  for (const auto& [name, source] : sources_)
    if (name == folder) return source;
  return nullptr;
}

std::string FileServer::signature(std::string_view path, std::string_view expires) const {
  if (hmac_.compute == nullptr) return {};
  std::string content{path};
  content.append("\n").append(expires);
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  const std::size_t size = hmac_.compute(hmac_.context, HmacMethod::sha256, bytes_of(key_), bytes_of(content), mac);
  return hex_of(ByteView{mac}.first(size));
}

HttpAnswer FileServer::refuse(std::uint16_t status, std::string_view code, std::string_view message) {
  body_.assign(R"({"Code":")").append(code).append(R"(","Message":")").append(message).append(R"("})");
  return {.status = status, .body = body_};
}

}  // namespace fleetsim::platform
