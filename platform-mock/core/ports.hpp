// What the platform core needs of its host: cryptography, geography, randomness. Injected, so that the core reads nothing itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/hmac_port.hpp"
#include "devicecore/base/ip_address.hpp"

namespace fleetsim::platform {

/// Which country an address belongs to: a MaxMind-DB file (platform-mock/server/country_database.hpp) or a table of blocks (core).
class CountryLookup {
 public:
  virtual ~CountryLookup() = default;
  /// ISO 3166 alpha-2, upper case; nothing when the address is unknown. The view lives as long as the lookup.
  virtual std::optional<std::string_view> country_of(const IpAddress& address) const = 0;
};

enum class DigestMethod : std::uint8_t { md5, sha256 };

/// 16 or 32.
constexpr std::size_t digest_bytes(DigestMethod method) { return method == DigestMethod::md5 ? 16 : 32; }
inline constexpr std::size_t digest_bytes_max = 32;

/// A digest without a key: of signed requests and of files.
struct DigestPort {
  /// Writes the digest to `out` (at least digest_bytes(method)) and returns its length, 0 on failure. Null: none is offered.
  std::size_t (*compute)(void* context, DigestMethod method, ByteView content, MutableBytes out) = nullptr;
  void* context = nullptr;
};

struct Ports {
  HmacPort hmac;
  DigestPort digest;                         // without it no request to the management API is believed
  const CountryLookup* countries = nullptr;  // may be null: only the configured blocks are known
  std::uint64_t seed = 1;                    // of every random choice the platform makes (ids)
  std::uint64_t starts = 0;                  // how often it was started before from the same store
};

}  // namespace fleetsim::platform
