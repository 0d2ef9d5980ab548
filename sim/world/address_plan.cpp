#include "sim/world/address_plan.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "platform-mock/core/cidr_table.hpp"
#include "sim/world/fleet_identities_draw.hpp"
#include "sim/world/loopback_spread.hpp"

namespace fleetsim::sim {
namespace {

// Blocks that no device on the Internet has (IANA special-purpose registry, RFC 6890), ascending.
constexpr std::array<AddressRange, 15> reserved = {{
    {0x00000000, 0x00ffffff},  // 0/8
    {0x0a000000, 0x0affffff},  // 10/8
    {0x64400000, 0x647fffff},  // 100.64/10
    {0x7f000000, 0x7fffffff},  // 127/8
    {0xa9fe0000, 0xa9feffff},  // 169.254/16
    {0xac100000, 0xac1fffff},  // 172.16/12
    {0xc0000000, 0xc00000ff},  // 192.0.0/24
    {0xc0000200, 0xc00002ff},  // 192.0.2/24
    {0xc0586300, 0xc05863ff},  // 192.88.99/24
    {0xc0a80000, 0xc0a8ffff},  // 192.168/16
    {0xc6120000, 0xc613ffff},  // 198.18/15
    {0xc6336400, 0xc63364ff},  // 198.51.100/24
    {0xcb007100, 0xcb0071ff},  // 203.0.113/24
    {0xe0000000, 0xefffffff},  // 224/4
    {0xf0000000, 0xffffffff},  // 240/4
}};

Result<AddressRange, std::string> bad_cidr(std::string_view text) {
  return fail(fmt::format("'{}' is no IPv4 block: expected like 203.0.113.0/24", text));
}

}  // namespace

Result<AddressRange, std::string> parse_cidr(std::string_view text) {
  const auto block = platform::CidrBlock::parse(text);
  if (!block || !block->network.is_v4() || block->prefix_bits < platform::v4_prefix_bits) return bad_cidr(text);
  const unsigned length = block->prefix_bits - unsigned{platform::v4_prefix_bits};
  const std::uint32_t mask = length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
  AddressRange range{block->network.v4() & mask, block->network.v4() | ~mask};
  if (length <= 30) {
    ++range.first;
    --range.last;
  }
  return range;
}

std::vector<AddressRange> without_reserved(AddressRange range) {
  std::vector<AddressRange> kept;
  std::uint64_t from = range.first;
  for (const AddressRange& block : reserved) {
    if (block.last < from || block.first > range.last) continue;
    if (block.first > from) kept.push_back({static_cast<std::uint32_t>(from), block.first - 1});
    from = std::uint64_t{block.last} + 1;
  }
  if (from <= range.last) kept.push_back({static_cast<std::uint32_t>(from), range.last});
  return kept;
}

void AddressPlanner::Pool::add(AddressRange range) {
  before.push_back(total);
  ranges.push_back(range);
  total += range.size();
}

std::uint32_t AddressPlanner::Pool::at(std::uint64_t number) const {
  const auto after = std::upper_bound(before.begin(), before.end(), number);
  const auto i = static_cast<std::size_t>(after - before.begin()) - 1;
  return ranges[i].first + static_cast<std::uint32_t>(number - before[i]);
}

Result<AddressPlanner, std::string> AddressPlanner::make(const AddressPlan& plan, std::uint64_t seed, const CountryBlocks* blocks) {
  AddressPlanner planner(seed);
  switch (plan.kind) {
    case AddressPlan::Kind::loopback_spread:
      return planner;
    case AddressPlan::Kind::ranges: {
      Pool pool;
      for (const std::string& text : plan.ranges) {
        const auto range = parse_cidr(text);
        if (!range) return fail(std::string(range.error()));
        const bool loopback = is_loopback(range->first) && is_loopback(range->last);
        if (!plan.proxy && !loopback)
          return fail(fmt::format("{} is outside 127.0.0.0/8: such an address can only be shown with proxy: true", text));
        pool.add(*range);
      }
      if (pool.total == 0) return fail(std::string("no address ranges are given"));
      planner.pools_.push_back(std::move(pool));
      break;
    }
    case AddressPlan::Kind::countries:
      if (!plan.proxy) return fail(std::string("addresses of countries can only be shown with proxy: true"));
      for (const auto& [country, weight] : plan.countries) {
        Pool pool;
        pool.country = country;
        pool.weight = weight;
        if (blocks != nullptr) {
          for (const AddressRange& block : blocks->blocks_of(country)) {
            for (const AddressRange& part : without_reserved(block)) pool.add(part);
          }
        }
        if (pool.total == 0) return fail(fmt::format("the country database has no IPv4 addresses for {}", country));
        planner.pools_.push_back(std::move(pool));
      }
      if (planner.pools_.empty()) return fail(std::string("no countries are given"));
      break;
  }
  for (const Pool& pool : planner.pools_) planner.weights_ += pool.weight;
  if (planner.weights_ == 0) return fail(std::string("every country has weight 0"));
  return planner;
}

const AddressPlanner::Pool& AddressPlanner::pool_of(std::uint64_t index) const {
  std::uint64_t pick = DeviceDraw(seed_, index, DrawPurpose::country).below(weights_);
  for (const Pool& pool : pools_) {
    if (pick < pool.weight) return pool;
    pick -= pool.weight;
  }
  return pools_.back();
}

IpAddress AddressPlanner::address_of(std::uint64_t index) const {
  if (pools_.empty()) return loopback_spread(index);
  const Pool& pool = pool_of(index);
  return IpAddress::from_v4(pool.at(DeviceDraw(seed_, index, DrawPurpose::address).below(pool.total)));
}

std::string_view AddressPlanner::country_of(std::uint64_t index) const {
  return pools_.empty() ? std::string_view{} : pool_of(index).country;
}

}  // namespace fleetsim::sim
