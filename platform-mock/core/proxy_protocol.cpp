#include "platform-mock/core/proxy_protocol.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace fleetsim::platform {
namespace {

using Status = ProxyParse::Status;

constexpr std::string_view kV1Prefix = "PROXY ";
constexpr std::array<std::uint8_t, 12> kV2Signature = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

constexpr std::uint8_t kFamilyUnspecified = 0x00;
constexpr std::uint8_t kFamilyStreamV4 = 0x11;
constexpr std::uint8_t kFamilyStreamV6 = 0x21;
constexpr std::size_t kBodyV4 = 12;
constexpr std::size_t kBodyV6 = 36;

ProxyParse malformed(std::string_view reason) { return {.status = Status::malformed, .consumed = 0, .header = {}, .reason = reason}; }

/// Takes the text up to the next space off `line`; the last field has none behind it.
std::string_view take_field(std::string_view& line) {
  const std::size_t space = line.find(' ');
  const std::string_view field = line.substr(0, space);
  line = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
  return field;
}

/// Decimal 0..65535 without sign or leading zeros (§2.1).
std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

std::optional<IpAddress> parse_address(std::string_view text, bool v4) {
  const bool looks_v6 = text.find(':') != std::string_view::npos;
  if (looks_v6 == v4) return std::nullopt;
  return IpAddress::parse(text);
}

ProxyParse parse_v1(std::string_view text) {
  const std::size_t line_feed = text.substr(0, kProxyV1BytesMax).find('\n');
  if (line_feed == std::string_view::npos)
    return text.size() < kProxyV1BytesMax ? ProxyParse{} : malformed("PROXY v1: no line end within 107 bytes");
  // The first line feed ends the line, or the line is bad: so a split never changes the answer.
  if (text[line_feed - 1] != '\r') return malformed("PROXY v1: line ends without a carriage return");
  const std::size_t end = line_feed - 1;
  ProxyParse parse;
  parse.consumed = end + 2;
  std::string_view line = text.substr(kV1Prefix.size(), end - kV1Prefix.size());
  const std::string_view family = take_field(line);
  if (family == "UNKNOWN") {  // whatever follows must be skipped (§2.1)
    parse.status = Status::complete;
    return parse;
  }
  if (family != "TCP4" && family != "TCP6") return malformed("PROXY v1: the family is none of TCP4, TCP6, UNKNOWN");
  const bool v4 = family == "TCP4";
  const auto source = parse_address(take_field(line), v4);
  const auto destination = parse_address(take_field(line), v4);
  if (!source || !destination) return malformed("PROXY v1: an address is not of the family");
  const auto source_port = parse_port(take_field(line));
  const auto destination_port = parse_port(line);
  if (!source_port || !destination_port) return malformed("PROXY v1: a port is not a number of 0..65535");
  parse.status = Status::complete;
  parse.header = {.version = 1,
                  .has_source = true,
                  .source = *source,
                  .destination = *destination,
                  .source_port = *source_port,
                  .destination_port = *destination_port};
  return parse;
}

std::uint16_t read_u16(ByteView bytes, std::size_t at) { return static_cast<std::uint16_t>((bytes[at] << 8) | bytes[at + 1]); }

IpAddress read_v4(ByteView bytes, std::size_t at) {
  return IpAddress::from_v4((static_cast<std::uint32_t>(read_u16(bytes, at)) << 16) | read_u16(bytes, at + 2));
}

IpAddress read_v6(ByteView bytes, std::size_t at) {
  std::array<std::uint8_t, 16> raw{};
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), raw.size(), raw.begin());
  return IpAddress{raw};
}

ProxyParse parse_v2(ByteView bytes) {
  if (bytes.size() > 12 && (bytes[12] >> 4) != 2) return malformed("PROXY v2: the version is not 2");
  if (bytes.size() > 12 && (bytes[12] & 0x0f) > 1) return malformed("PROXY v2: the command is neither LOCAL nor PROXY");
  if (bytes.size() < kProxyV2FixedBytes) return {};
  const bool local = (bytes[12] & 0x0f) == 0;
  const std::uint8_t family = bytes[13];
  if ((family >> 4) > 3 || (family & 0x0f) > 2) return malformed("PROXY v2: unknown address family or transport");
  const std::size_t length = read_u16(bytes, 14);
  if (length > kProxyV2BodyBytesMax) return malformed("PROXY v2: header longer than this server takes");
  if (!local && family == kFamilyStreamV4 && length < kBodyV4) return malformed("PROXY v2: too short for IPv4 addresses");
  if (!local && family == kFamilyStreamV6 && length < kBodyV6) return malformed("PROXY v2: too short for IPv6 addresses");
  if (bytes.size() < kProxyV2FixedBytes + length) return {};

  ProxyParse parse{.status = Status::complete, .consumed = kProxyV2FixedBytes + length, .header = {}, .reason = {}};
  parse.header.version = 2;
  const ByteView body = bytes.subspan(kProxyV2FixedBytes, length);
  if (!local && family == kFamilyStreamV4) {
    parse.header = {.version = 2,
                    .has_source = true,
                    .source = read_v4(body, 0),
                    .destination = read_v4(body, 4),
                    .source_port = read_u16(body, 8),
                    .destination_port = read_u16(body, 10)};
  } else if (!local && family == kFamilyStreamV6) {
    parse.header = {.version = 2,
                    .has_source = true,
                    .source = read_v6(body, 0),
                    .destination = read_v6(body, 16),
                    .source_port = read_u16(body, 32),
                    .destination_port = read_u16(body, 34)};
  } else if (!local && family != kFamilyUnspecified) {
    // Datagram and unix-socket peers are legal to announce but have no address that we could use: the socket's counts.
    parse.header.has_source = false;
  }
  return parse;
}

bool is_prefix(ByteView bytes, ByteView whole) {
  const std::size_t n = std::min(bytes.size(), whole.size());
  return std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n), whole.begin());
}

void append_u16(std::string& out, std::uint16_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value & 0xff));
}

void append_address(std::string& out, const IpAddress& address, bool v4) {
  const auto& raw = address.bytes();
  for (std::size_t i = v4 ? 12 : 0; i < raw.size(); ++i) out.push_back(static_cast<char>(raw[i]));
}

}  // namespace

ProxyParse parse_proxy_header(ByteView bytes) {
  if (bytes.empty()) return {};
  if (is_prefix(bytes, bytes_of(kV1Prefix))) return bytes.size() <= kV1Prefix.size() ? ProxyParse{} : parse_v1(text_of(bytes));
  if (is_prefix(bytes, kV2Signature)) return bytes.size() <= kV2Signature.size() ? ProxyParse{} : parse_v2(bytes);
  return {.status = Status::not_proxy, .consumed = 0, .header = {}, .reason = {}};
}

void append_proxy_v2(std::string& out, const ProxyHeader& header) {
  const bool v4 = header.source.is_v4() && header.destination.is_v4();
  for (const std::uint8_t byte : kV2Signature) out.push_back(static_cast<char>(byte));
  out.push_back(static_cast<char>(header.has_source ? 0x21 : 0x20));
  if (!header.has_source) {
    out.push_back(static_cast<char>(kFamilyUnspecified));
    append_u16(out, 0);
    return;
  }
  out.push_back(static_cast<char>(v4 ? kFamilyStreamV4 : kFamilyStreamV6));
  append_u16(out, static_cast<std::uint16_t>(v4 ? kBodyV4 : kBodyV6));
  append_address(out, header.source, v4);
  append_address(out, header.destination, v4);
  append_u16(out, header.source_port);
  append_u16(out, header.destination_port);
}

}  // namespace fleetsim::platform
