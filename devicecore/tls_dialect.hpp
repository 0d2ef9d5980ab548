// What a firmware does with TLS, as data of its profile. All that it can say is what is done wrong: the device core itself speaks no TLS,
// and whoever carries it out for a device verifies chain, dates and name always, but for a profile that says otherwise. Only mutants do;
// a test holds that.
//
//   .tls = {.overlooks = overlooks::expired}
#pragma once

#include <cstdint>

namespace fleetsim::device {

/// What may be wrong with a server's certificate without this firmware minding. Bits.
namespace overlooks {
inline constexpr std::uint8_t nothing = 0;
inline constexpr std::uint8_t expired = 1U << 0;
inline constexpr std::uint8_t not_yet_valid = 1U << 1;
inline constexpr std::uint8_t wrong_name = 1U << 2;
inline constexpr std::uint8_t unknown_issuer = 1U << 3;
inline constexpr std::uint8_t self_signed = 1U << 4;
inline constexpr std::uint8_t everything = 0x1f;
}  // namespace overlooks

/// On which links it does so.
enum class Overlooking : std::uint8_t { everywhere, on_bootstrap, on_mqtt, after_the_first };

/// What its hello offers.
enum class TlsOffer : std::uint8_t {
  current,      // TLS 1.2
  old_too,      // TLS 1.0 and 1.1 would do
  old_only,     // nothing newer than TLS 1.1
  weak_suites,  // suites of another time among the others
};

struct TlsDialect {
  std::uint8_t overlooks = overlooks::nothing;
  Overlooking where = Overlooking::everywhere;
  TlsOffer offer = TlsOffer::current;
  std::uint8_t sessions_max = 0;  // of the MQTT leg, then there is no memory left for another; 0: no limit
  std::uint16_t record_room = 0;  // the longest record of a handshake that fits into its buffer; 0: any
  bool names_host = true;         // server_name in its hello
  bool says_why = true;           // an alert when it breaks off
  bool says_goodbye = true;       // close_notify
  bool insists = true;            // false: when a handshake has failed, the next link is in the clear
  bool reads_in_pieces = true;    // false: what one read brings is taken for whole records

  friend bool operator==(const TlsDialect&, const TlsDialect&) = default;
};

/// Whether the dialect says anything.
inline bool is_as_it_should_be(const TlsDialect& dialect) { return dialect == TlsDialect{}; }

}  // namespace fleetsim::device
