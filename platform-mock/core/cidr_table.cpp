#include "platform-mock/core/cidr_table.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace fleetsim::platform {
namespace {

constexpr std::uint8_t v4_mapped_bits = 96;

std::optional<std::uint8_t> parse_prefix(std::string_view text, std::uint32_t bits_max) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (value > bits_max) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

}  // namespace

IpAddress masked(const IpAddress& address, std::uint8_t prefix_bits) {
  std::array<std::uint8_t, 16> bytes = address.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t first_bit = i * 8;
    if (first_bit + 8 <= prefix_bits) continue;
    const std::size_t kept = prefix_bits > first_bit ? prefix_bits - first_bit : 0;
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xff00U >> kept));
  }
  return IpAddress{bytes};
}

std::optional<CidrBlock> CidrBlock::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  if (!address) return std::nullopt;
  CidrBlock block;
  if (slash != std::string_view::npos) {
    const bool dotted = address_text.find(':') == std::string_view::npos;
    const auto prefix = parse_prefix(text.substr(slash + 1), dotted ? 32 : 128);
    if (!prefix) return std::nullopt;
    block.prefix_bits = static_cast<std::uint8_t>(*prefix + (dotted ? v4_mapped_bits : 0));
  }
  block.network = masked(*address, block.prefix_bits);
  return block;
}

bool CidrBlock::contains(const IpAddress& address) const { return masked(address, prefix_bits) == network; }

std::string CidrBlock::text() const {
  const bool v4 = network.is_v4() && prefix_bits >= v4_mapped_bits;
  std::array<char, IpAddress::text_bytes_max> buffer{};
  return std::string{network.format(buffer)} + "/" + std::to_string(v4 ? prefix_bits - v4_mapped_bits : prefix_bits);
}

std::optional<CidrTable::AddError> CidrTable::add(std::string_view cidr, std::string_view label) {
  const auto block = CidrBlock::parse(cidr);
  if (!block) return AddError::malformed;
  if (labels_.size() >= blocks_max) return AddError::full;
  if (!labels_.emplace(*block, label).second) return AddError::present;
  const auto length = std::lower_bound(prefix_lengths_.begin(), prefix_lengths_.end(), block->prefix_bits, std::greater<std::uint8_t>{});
  if (length == prefix_lengths_.end() || *length != block->prefix_bits) prefix_lengths_.insert(length, block->prefix_bits);
  return std::nullopt;
}

std::optional<std::string_view> CidrTable::find(const IpAddress& address) const {
  for (const std::uint8_t prefix_bits : prefix_lengths_) {
    const auto at = labels_.find({masked(address, prefix_bits), prefix_bits});
    if (at != labels_.end()) return at->second;
  }
  return std::nullopt;
}

}  // namespace fleetsim::platform
