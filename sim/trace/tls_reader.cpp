#include "sim/trace/tls_reader.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace fleetsim::sim {
namespace {

constexpr std::uint8_t change_cipher_spec = 20;
constexpr std::uint8_t alert_record = 21;
constexpr std::uint8_t handshake_record = 22;
constexpr std::uint8_t application_data = 23;
constexpr std::size_t record_head_bytes = 5;
constexpr std::size_t message_head_bytes = 4;
constexpr std::size_t random_bytes = 32;

/// Numbers and stretches from the front of a message; once there is too little, nothing more is found.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}

  bool is_good() const { return is_good_; }
  bool is_empty() const { return rest_.empty(); }
  std::size_t size() const { return rest_.size(); }
  std::uint32_t number(std::size_t bytes) {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : stretch(bytes)) value = value << 8 | byte;
    return value;
  }
  std::uint16_t short_number() { return static_cast<std::uint16_t>(number(2)); }
  ByteView stretch(std::size_t bytes) {
    if (!is_good_ || bytes > rest_.size()) {
      is_good_ = false;
      return {};
    }
    const ByteView found = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return found;
  }
  /// One whose length stands before it.
  Cursor list(std::size_t length_bytes) {
    Cursor inner(stretch(number(length_bytes)));
    inner.is_good_ = is_good_;
    return inner;
  }

 private:
  ByteView rest_;
  bool is_good_ = true;
};

/// RFC 6066 §3: the first name of type host_name.
std::string name_in(Cursor extension) {
  Cursor names = extension.list(2);
  while (names.is_good() && !names.is_empty()) {
    const std::uint32_t type = names.number(1);
    const std::string_view name = text_of(names.stretch(names.number(2)));
    if (names.is_good() && type == 0) return std::string(name);
  }
  return {};
}

constexpr std::uint16_t server_name_extension = 0;
constexpr std::uint16_t session_ticket_extension = 35;
constexpr std::uint16_t pre_shared_key_extension = 41;
constexpr std::uint16_t supported_versions_extension = 43;

std::vector<std::uint8_t> session_id_in(Cursor& cursor) {
  const ByteView id = cursor.stretch(cursor.number(1));
  return {id.begin(), id.end()};
}

struct WeakSuites {
  std::uint16_t first;
  std::uint16_t last;
  std::string_view why;
};
// The registry of TLS cipher suites (IANA); only what RFC 9325 §4.2.1 wants nobody to negotiate. The first that fits counts.
constexpr std::array weak_suites = {
    WeakSuites{0x0000, 0x0002, "no encryption"},
    WeakSuites{0x0003, 0x0003, "export grade"},
    WeakSuites{0x0004, 0x0005, "RC4"},
    WeakSuites{0x0006, 0x0006, "export grade"},
    WeakSuites{0x0008, 0x0008, "export grade"},
    WeakSuites{0x0009, 0x0009, "DES"},
    WeakSuites{0x000a, 0x000a, "3DES"},
    WeakSuites{0x000b, 0x000b, "export grade"},
    WeakSuites{0x000c, 0x000c, "DES"},
    WeakSuites{0x000d, 0x000d, "3DES"},
    WeakSuites{0x000e, 0x000e, "export grade"},
    WeakSuites{0x000f, 0x000f, "DES"},
    WeakSuites{0x0010, 0x0010, "3DES"},
    WeakSuites{0x0011, 0x0011, "export grade"},
    WeakSuites{0x0012, 0x0012, "DES"},
    WeakSuites{0x0013, 0x0013, "3DES"},
    WeakSuites{0x0014, 0x0014, "export grade"},
    WeakSuites{0x0015, 0x0015, "DES"},
    WeakSuites{0x0016, 0x0016, "3DES"},
    WeakSuites{0x0017, 0x001b, "no authentication"},
    WeakSuites{0x001e, 0x001e, "DES"},
    WeakSuites{0x001f, 0x001f, "3DES"},
    WeakSuites{0x0020, 0x0020, "RC4"},
    WeakSuites{0x0022, 0x0022, "DES"},
    WeakSuites{0x0023, 0x0023, "3DES"},
    WeakSuites{0x0024, 0x0024, "RC4"},
    WeakSuites{0x0026, 0x002b, "export grade"},
    WeakSuites{0x002c, 0x002e, "no encryption"},
    WeakSuites{0x0034, 0x0034, "no authentication"},
    WeakSuites{0x003a, 0x003b, "no authentication or encryption"},
    WeakSuites{0x0046, 0x0046, "no authentication"},
    WeakSuites{0x006c, 0x006d, "no authentication"},
    WeakSuites{0x0089, 0x0089, "no authentication"},
    WeakSuites{0x008a, 0x008a, "RC4"},
    WeakSuites{0x008b, 0x008b, "3DES"},
    WeakSuites{0x008e, 0x008e, "RC4"},
    WeakSuites{0x008f, 0x008f, "3DES"},
    WeakSuites{0x0092, 0x0092, "RC4"},
    WeakSuites{0x0093, 0x0093, "3DES"},
    WeakSuites{0x009b, 0x009b, "no authentication"},
    WeakSuites{0x00a6, 0x00a7, "no authentication"},
    WeakSuites{0x00b0, 0x00b1, "no encryption"},
    WeakSuites{0x00b4, 0x00b5, "no encryption"},
    WeakSuites{0x00b8, 0x00b9, "no encryption"},
    WeakSuites{0x00bf, 0x00bf, "no authentication"},
    WeakSuites{0x00c5, 0x00c5, "no authentication"},
    WeakSuites{0xc001, 0xc001, "no encryption"},
    WeakSuites{0xc002, 0xc002, "RC4"},
    WeakSuites{0xc003, 0xc003, "3DES"},
    WeakSuites{0xc006, 0xc006, "no encryption"},
    WeakSuites{0xc007, 0xc007, "RC4"},
    WeakSuites{0xc008, 0xc008, "3DES"},
    WeakSuites{0xc00b, 0xc00b, "no encryption"},
    WeakSuites{0xc00c, 0xc00c, "RC4"},
    WeakSuites{0xc00d, 0xc00d, "3DES"},
    WeakSuites{0xc010, 0xc010, "no encryption"},
    WeakSuites{0xc011, 0xc011, "RC4"},
    WeakSuites{0xc012, 0xc012, "3DES"},
    WeakSuites{0xc015, 0xc019, "no authentication"},
    WeakSuites{0xc01a, 0xc01c, "3DES"},
    WeakSuites{0xc033, 0xc033, "RC4"},
    WeakSuites{0xc034, 0xc034, "3DES"},
    WeakSuites{0xc039, 0xc03b, "no encryption"},
    WeakSuites{0xc046, 0xc047, "no authentication"},
    WeakSuites{0xc05a, 0xc05b, "no authentication"},
    WeakSuites{0xc084, 0xc085, "no authentication"},
};

}  // namespace

std::optional<ClientHello> read_client_hello(ByteView body) {
  Cursor cursor(body);
  ClientHello hello;
  hello.version = cursor.short_number();
  cursor.stretch(random_bytes);
  hello.session_id = session_id_in(cursor);
  Cursor suites = cursor.list(2);
  while (suites.is_good() && !suites.is_empty()) hello.suites.push_back(suites.short_number());
  cursor.list(1);  // compression
  if (!cursor.is_good() || !suites.is_good()) return std::nullopt;
  Cursor extensions = cursor.is_empty() ? Cursor({}) : cursor.list(2);  // old hellos end here
  while (extensions.is_good() && !extensions.is_empty()) {
    const std::uint16_t type = extensions.short_number();
    Cursor extension = extensions.list(2);
    if (type == server_name_extension && extension.is_good()) hello.server_name = name_in(extension);
    if (type == session_ticket_extension) {
      hello.asks_for_tickets = true;
      hello.ticket_bytes = extension.size();
    }
    hello.offers_psk = hello.offers_psk || type == pre_shared_key_extension;
    if (type != supported_versions_extension) continue;
    Cursor versions = extension.list(1);
    while (versions.is_good() && !versions.is_empty()) hello.versions.push_back(versions.short_number());
    if (!versions.is_good()) return std::nullopt;
  }
  if (!cursor.is_good() || !extensions.is_good()) return std::nullopt;
  if (hello.versions.empty()) hello.versions.push_back(hello.version);
  return hello;
}

std::optional<ServerHello> read_server_hello(ByteView body) {
  Cursor cursor(body);
  ServerHello hello;
  hello.version = cursor.short_number();
  cursor.stretch(random_bytes);
  hello.session_id = session_id_in(cursor);
  hello.suite = cursor.short_number();
  cursor.number(1);  // compression
  if (!cursor.is_good()) return std::nullopt;
  Cursor extensions = cursor.is_empty() ? Cursor({}) : cursor.list(2);
  while (extensions.is_good() && !extensions.is_empty()) {
    const std::uint16_t type = extensions.short_number();
    Cursor extension = extensions.list(2);
    if (type == supported_versions_extension && extension.is_good()) hello.version = extension.short_number();
    hello.takes_psk = hello.takes_psk || type == pre_shared_key_extension;
    if (!extension.is_good()) return std::nullopt;
  }
  if (!cursor.is_good() || !extensions.is_good()) return std::nullopt;
  return hello;
}

std::string alert_name(std::uint8_t description) {
  constexpr std::array<std::pair<std::uint8_t, std::string_view>, 27> names = {{
      {0, "close_notify"},         {10, "unexpected_message"},      {20, "bad_record_mac"},
      {22, "record_overflow"},     {40, "handshake_failure"},       {41, "no_certificate"},
      {42, "bad_certificate"},     {43, "unsupported_certificate"}, {44, "certificate_revoked"},
      {45, "certificate_expired"}, {46, "certificate_unknown"},     {47, "illegal_parameter"},
      {48, "unknown_ca"},          {49, "access_denied"},           {50, "decode_error"},
      {51, "decrypt_error"},       {70, "protocol_version"},        {71, "insufficient_security"},
      {80, "internal_error"},      {86, "inappropriate_fallback"},  {90, "user_canceled"},
      {100, "no_renegotiation"},   {109, "missing_extension"},      {110, "unsupported_extension"},
      {112, "unrecognized_name"},  {116, "certificate_required"},   {120, "no_application_protocol"},
  }};
  const auto* const found = std::find_if(names.begin(), names.end(), [description](const auto& one) { return one.first == description; });
  return found == names.end() ? fmt::format("alert {}", description) : std::string(found->second);
}

std::string tls_version_name(std::uint16_t version) {
  if (version == 0x0300) return "SSL 3.0";
  if (version > 0x0300 && version <= tls_1_3) return fmt::format("TLS 1.{}", version - 0x0301);
  return fmt::format("0x{:04x}", version);
}

std::string_view suite_weakness(std::uint16_t suite) {
  const auto* const found = std::find_if(weak_suites.begin(), weak_suites.end(),
                                         [suite](const WeakSuites& weak) { return suite >= weak.first && suite <= weak.last; });
  return found == weak_suites.end() ? std::string_view{} : found->why;
}

void TlsReader::take(ByteView bytes) {
  if (!is_tls_) {
    clear_bytes_ += bytes.size();
    return;
  }
  rest_.insert(rest_.end(), bytes.begin(), bytes.end());
  std::size_t at = 0;
  while (rest_.size() - at >= record_head_bytes) {
    const ByteView left = ByteView(rest_).subspan(at);
    const std::size_t size = std::size_t{left[3]} << 8 | left[4];
    // The major version is 3 in all of them.
    if (left[0] < change_cipher_spec || left[0] > application_data || left[1] != 3 || size > record_bytes_max) {
      is_tls_ = false;
      clear_bytes_ = left.size();
      rest_.clear();
      return;
    }
    if (left.size() < record_head_bytes + size) break;
    take_record(left[0], left.subspan(record_head_bytes, size));
    at += record_head_bytes + size;
  }
  rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(at));
}

void TlsReader::take_record(std::uint8_t type, ByteView body) {
  ++records_;
  last_is_protected_alert_ = false;
  switch (type) {
    case change_cipher_spec:
      is_protected_ = true;
      return;
    case alert_record:
      last_is_protected_alert_ = is_protected_;
      if (!is_protected_ && !alert_ && body.size() == 2) alert_ = TlsAlert{body[0], body[1]};
      return;
    case handshake_record:
      if (is_protected_) {
        has_finished_ = true;
      } else {
        take_handshake(body);
      }
      return;
    default:
      if (is_protected_) has_finished_ = true;
      ++application_records_;
      return;
  }
}

void TlsReader::take_handshake(ByteView body) {
  constexpr std::uint8_t client_hello_message = 1;
  constexpr std::uint8_t server_hello_message = 2;
  constexpr std::uint8_t certificate_message = 11;
  if (handshake_is_lost_) return;
  handshake_.insert(handshake_.end(), body.begin(), body.end());
  std::size_t at = 0;
  while (handshake_.size() - at >= message_head_bytes) {
    const ByteView left = ByteView(handshake_).subspan(at);
    const std::size_t size = std::size_t{left[1]} << 16 | std::size_t{left[2]} << 8 | left[3];
    if (size > message_bytes_max) {
      handshake_is_lost_ = true;
      handshake_.clear();
      return;
    }
    if (left.size() < message_head_bytes + size) break;
    const ByteView message = left.subspan(message_head_bytes, size);
    if (left[0] == client_hello_message && !client_hello_) client_hello_ = read_client_hello(message);
    if (left[0] == server_hello_message && !server_hello_) server_hello_ = read_server_hello(message);
    has_certificate_ = has_certificate_ || left[0] == certificate_message;
    at += message_head_bytes + size;
  }
  handshake_.erase(handshake_.begin(), handshake_.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace fleetsim::sim
