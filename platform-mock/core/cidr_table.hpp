// Blocks of addresses in CIDR notation, and a table that finds the longest one around an address. IPv4 and IPv6 alike: an IPv4
// block is kept as the v4-mapped IPv6 one, so "10.0.0.0/8" is 104 bits long inside.
//
//   CidrTable table;
//   table.add("203.0.113.0/24", "DE");
//   table.find(address);       // "DE", or nothing
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "platform-mock/core/ports.hpp"

namespace fleetsim::platform {

/// What an IPv4 block's prefix is longer by than it is written.
inline constexpr std::uint8_t v4_prefix_bits = 96;

struct CidrBlock {
  IpAddress network;               // bits after the prefix are zero
  std::uint8_t prefix_bits = 128;  // of 128; an IPv4 block has 96 more than it is written with

  /// "10.0.0.0/8", "2001:db8::/32", or an address alone, which is a block of one. Bits after the prefix are cleared.
  static std::optional<CidrBlock> parse(std::string_view text);
  bool contains(const IpAddress& address) const;
  /// The usual notation: an IPv4 block is written as one.
  std::string text() const;
  friend auto operator<=>(const CidrBlock&, const CidrBlock&) = default;
};

/// `address` with every bit after the first `prefix_bits` cleared.
IpAddress masked(const IpAddress& address, std::uint8_t prefix_bits);

class CidrTable {
 public:
  static constexpr std::size_t blocks_max = 1'000'000;

  enum class AddError : std::uint8_t { malformed, present, full };

  /// Nothing on success. A block is in the table once: a second label for the same block is `present`.
  std::optional<AddError> add(std::string_view cidr, std::string_view label = {});
  /// The label of the longest block around the address. The view lives until the next add().
  std::optional<std::string_view> find(const IpAddress& address) const;
  bool contains(const IpAddress& address) const { return find(address).has_value(); }
  std::size_t size() const { return labels_.size(); }

 private:
  std::map<CidrBlock, std::string> labels_;   // of each block
  std::vector<std::uint8_t> prefix_lengths_;  // those in use, longest first
};

/// A table of blocks as the country lookup of a platform that has no database.
class CidrCountries final : public CountryLookup {
 public:
  explicit CidrCountries(CidrTable table) : table_(std::move(table)) {}
  std::optional<std::string_view> country_of(const IpAddress& address) const override { return table_.find(address); }

 private:
  CidrTable table_;
};

}  // namespace fleetsim::platform
