// One direction of a TLS connection, read from outside as its bytes come: the hello's offers, what the server chose, alerts that are in the
// clear, and of what is protected no more than its kind. Nothing is decrypted. TLS 1.0 to 1.3 (RFC 5246, RFC 8446).
//
//   TlsReader up;
//   up.take(bytes);                                   // any split
//   if (up.client_hello()) up.client_hello()->server_name …
//   if (!up.is_tls()) …                               // somebody speaks in the clear
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::sim {

/// As a hello says them: 0x0303 is TLS 1.2, 0x0304 TLS 1.3.
inline constexpr std::uint16_t tls_1_2 = 0x0303;
inline constexpr std::uint16_t tls_1_3 = 0x0304;

struct ClientHello {
  std::uint16_t version = 0;            // client_version, which TLS 1.3 calls legacy
  std::vector<std::uint16_t> versions;  // of supported_versions; without that extension the one above
  std::vector<std::uint16_t> suites;    // in the order of preference
  std::string server_name;              // empty: none was sent
  std::vector<std::uint8_t> session_id{};
  bool asks_for_tickets = false;  // RFC 5077: it would take one, or brings one
  std::size_t ticket_bytes = 0;   // of the one that it brings
  bool offers_psk = false;        // RFC 8446 §4.2.11: TLS 1.3's way to resume
  friend bool operator==(const ClientHello&, const ClientHello&) = default;
};

/// What the server chose.
struct ServerHello {
  std::uint16_t version = 0;
  std::uint16_t suite = 0;
  std::vector<std::uint8_t> session_id{};
  bool takes_psk = false;
  friend bool operator==(const ServerHello&, const ServerHello&) = default;
};

struct TlsAlert {
  std::uint8_t level = 0;  // 1 warning, 2 fatal
  std::uint8_t description = 0;
  friend bool operator==(const TlsAlert&, const TlsAlert&) = default;
};

/// The body of such a handshake message, without its head of four bytes. Nothing: it is none.
std::optional<ClientHello> read_client_hello(ByteView body);
std::optional<ServerHello> read_server_hello(ByteView body);

/// "unknown_ca", RFC 8446 §6; a number for what has no name.
std::string alert_name(std::uint8_t description);
/// "TLS 1.2"; "0x0305" for what nobody knows.
std::string tls_version_name(std::uint16_t version);
/// Why nobody should offer the suite: "no encryption", "export grade", "no authentication", "RC4", "3DES", "DES", …; empty: it is sound.
/// GREASE and signalling values are sound.
std::string_view suite_weakness(std::uint16_t suite);

class TlsReader {
 public:
  /// RFC 5246 §6.2.3: the most that a protected record may hold.
  static constexpr std::size_t record_bytes_max = (std::size_t{1} << 14) + 2048;
  /// Of handshake messages in the clear that are put together here; a longer one is not read.
  static constexpr std::size_t message_bytes_max = std::size_t{64} * 1024;

  void take(ByteView bytes);

  /// False: at least the beginning of one record is none.
  bool is_tls() const { return is_tls_; }
  /// Of what is no TLS, how much came.
  std::uint64_t clear_bytes() const { return clear_bytes_; }
  std::uint64_t records() const { return records_; }
  const std::optional<ClientHello>& client_hello() const { return client_hello_; }
  const std::optional<ServerHello>& server_hello() const { return server_hello_; }
  /// One was shown in the clear, as all are before TLS 1.3.
  bool has_certificate() const { return has_certificate_; }
  /// The first one that could be read.
  const std::optional<TlsAlert>& alert() const { return alert_; }
  /// It has changed to protected records and sent one of them: its Finished, by TLS 1.2.
  bool has_finished() const { return has_finished_; }
  /// Records of application data; with TLS 1.3 all that is protected looks like one.
  std::uint64_t application_records() const { return application_records_; }
  /// The last whole record is an alert that nobody outside can read: close_notify, if all went well.
  bool ends_with_protected_alert() const { return last_is_protected_alert_; }

 private:
  void take_record(std::uint8_t type, ByteView body);
  void take_handshake(ByteView body);

  std::vector<std::uint8_t> rest_;       // of a record that is not whole yet
  std::vector<std::uint8_t> handshake_;  // messages in the clear that are not whole yet
  std::optional<ClientHello> client_hello_;
  std::optional<ServerHello> server_hello_;
  std::optional<TlsAlert> alert_;
  std::uint64_t clear_bytes_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t application_records_ = 0;
  bool is_tls_ = true;
  bool is_protected_ = false;
  bool has_finished_ = false;
  bool has_certificate_ = false;
  bool last_is_protected_alert_ = false;
  bool handshake_is_lost_ = false;  // too long, or no handshake
};

}  // namespace fleetsim::sim
