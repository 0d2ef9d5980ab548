// What the platform core needs of its host: cryptography, geography, randomness. Injected, so that the core reads nothing itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

struct Ports {
  HmacPort hmac;
  const CountryLookup* countries = nullptr;  // may be null: only the configured blocks are known
  std::uint64_t seed = 1;                    // of every random choice the platform makes (ids)
};

}  // namespace fleetsim::platform
