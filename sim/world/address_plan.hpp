// Which address a device of a group has: a function of (seed, index), drawn from loopback, from given ranges, or from the real blocks of
// countries. The sim binds it (127.0.0.0/8) or shows it by PROXY protocol.
//
//   auto planner = AddressPlanner::make(group.addresses, scenario.seed, &blocks);   // blocks: only countries need them
//   IpAddress address = planner->address_of(index);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

/// IPv4 addresses `first`..`last`, in host order, both included.
struct AddressRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  std::uint64_t size() const { return std::uint64_t{last} - first + 1; }
};

/// "203.0.113.0/24" without its network and broadcast address (a /31 and a /32 keep theirs). The error says what was expected.
Result<AddressRange, std::string> parse_cidr(std::string_view text);

/// What of `range` may be given to a device: nothing of private, loopback, multicast and documentation blocks.
std::vector<AddressRange> without_reserved(AddressRange range);

/// Where the blocks of a country come from.
class CountryBlocks {
 public:
  virtual ~CountryBlocks() = default;
  /// IPv4 blocks of the country, in ascending order; empty when there are none.
  virtual std::vector<AddressRange> blocks_of(std::string_view iso_alpha2) const = 0;
};

class AddressPlanner {
 public:
  /// `blocks` may be null unless the plan names countries. The error is for people.
  static Result<AddressPlanner, std::string> make(const AddressPlan& plan, std::uint64_t seed, const CountryBlocks* blocks);

  IpAddress address_of(std::uint64_t index) const;
  /// The ISO code the address was drawn for; empty when the plan names no countries.
  std::string_view country_of(std::uint64_t index) const;

 private:
  /// Ranges one after the other, so that a number below total() names one address.
  struct Pool {
    std::string country;
    std::uint64_t weight = 1;
    std::vector<AddressRange> ranges;
    std::vector<std::uint64_t> before;  // addresses in the ranges before this one
    std::uint64_t total = 0;

    void add(AddressRange range);
    std::uint32_t at(std::uint64_t number) const;
  };

  explicit AddressPlanner(std::uint64_t seed) : seed_(seed) {}
  const Pool& pool_of(std::uint64_t index) const;

  std::uint64_t seed_;
  std::vector<Pool> pools_;  // none: loopback_spread
  std::uint64_t weights_ = 0;
};

}  // namespace fleetsim::sim
