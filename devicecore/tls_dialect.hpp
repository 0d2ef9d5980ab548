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
inline constexpr std::uint16_t nothing = 0;
inline constexpr std::uint16_t expired = 1U << 0;
inline constexpr std::uint16_t not_yet_valid = 1U << 1;
inline constexpr std::uint16_t wrong_name = 1U << 2;
inline constexpr std::uint16_t unknown_issuer = 1U << 3;
inline constexpr std::uint16_t self_signed = 1U << 4;
inline constexpr std::uint16_t client_only = 1U << 5;    // its extended key usage
inline constexpr std::uint16_t absent_issuer = 1U << 6;  // the chain is cut, and its issuer would have to be fetched
inline constexpr std::uint16_t leaf_issuer = 1U << 7;    // whoever signed it is no CA
inline constexpr std::uint16_t wide_wildcard = 1U << 8;  // its * would have to stand for two labels
inline constexpr std::uint16_t everything = 0x1ff;
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

/// What it does with sessions that a server is willing to resume.
enum class TlsResumption : std::uint8_t {
  never,      // it asks for no tickets, and offers nothing
  asks_only,  // it asks for tickets, and uses none
  insists,    // it resumes; with a server that has forgotten its session it cannot go on
  trusts,     // it resumes; with a session to offer it takes any certificate
  anywhere,   // it resumes; what it was given by one host it offers to every other
};

struct TlsDialect {
  std::uint16_t overlooks = overlooks::nothing;
  Overlooking where = Overlooking::everywhere;
  TlsOffer offer = TlsOffer::current;
  TlsResumption resumption = TlsResumption::never;
  std::uint8_t sessions_max = 0;  // of the MQTT leg, then there is no memory left for another; 0: no limit
  std::uint16_t record_room = 0;  // the longest record of a handshake that fits into its buffer; 0: any
  bool names_host = true;         // server_name in its hello
  bool says_why = true;           // an alert when it breaks off
  bool says_goodbye = true;       // close_notify
  bool speaks_tls = true;         // false: it is in the clear from the first link on
  bool knows_chains = true;       // false: whoever issued the server's certificate must be the CA that it trusts itself
  bool insists = true;            // false: when a handshake has failed, the next link is in the clear
  bool reads_in_pieces = true;    // false: what one read brings is taken for whole records
  bool reads_clock_once = false;  // when it gets power: that dates all certificates until it has no power

  friend bool operator==(const TlsDialect&, const TlsDialect&) = default;
};

/// Whether the dialect says anything.
inline bool is_as_it_should_be(const TlsDialect& dialect) { return dialect == TlsDialect{}; }

}  // namespace fleetsim::device
