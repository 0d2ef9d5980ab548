#include "sim/conformance/wire_mutants/wire_messages.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "devicecore/ascii.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t remaining_length_bytes_max = 4;

/// Of a header in a head; empty: there is none. Names in any case.
std::string_view http_header(std::string_view head, std::string_view name) {
  for (std::size_t end = head.find("\r\n"); end != std::string_view::npos; end = head.find("\r\n", end + 2)) {
    const std::string_view line = head.substr(end + 2, head.find("\r\n", end + 2) - end - 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !device::equals_ignoring_case(line.substr(0, colon), name)) continue;
    const std::size_t value = line.find_first_not_of(" \t", colon + 1);
    return value == std::string_view::npos ? std::string_view{} : line.substr(value);
  }
  return {};
}

}  // namespace

void WireMessages::take(ByteView bytes, const Message& message) {
  if (is_raw_) return message(bytes);
  waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
  for (std::size_t size = first(); size > 0; size = first()) {
    const std::vector<std::uint8_t> one(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size));
    message(one);
  }
  if (waiting_.size() <= waiting_bytes_max && !has_no_length()) return;
  is_raw_ = true;
  finish(message);
}

void WireMessages::finish(const Message& message) {
  const std::vector<std::uint8_t> rest = std::exchange(waiting_, {});
  if (!rest.empty()) message(rest);
}

bool WireMessages::has_no_length() const {
  if (leg_ != device::Leg::mqtt || waiting_.size() <= remaining_length_bytes_max) return false;
  const auto goes_on = [](std::uint8_t byte) { return (byte & 0x80U) != 0; };
  return std::all_of(waiting_.begin() + 1, waiting_.begin() + 1 + remaining_length_bytes_max, goes_on);
}

std::size_t WireMessages::first() const { return leg_ == device::Leg::mqtt ? first_packet() : first_http(); }

std::size_t WireMessages::first_packet() const {
  std::size_t length = 0;
  for (std::size_t i = 0; i < remaining_length_bytes_max && i + 1 < waiting_.size(); ++i) {
    length |= (waiting_[i + 1] & 0x7fU) << (7 * i);
    if ((waiting_[i + 1] & 0x80U) != 0) continue;
    const std::size_t size = i + 2 + length;
    return size <= waiting_.size() ? size : 0;
  }
  return 0;
}

std::size_t WireMessages::first_http() const {
  const std::string_view all = text_of(waiting_);
  const std::size_t head_end = all.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return 0;
  const std::string_view head = all.substr(0, head_end);
  const std::size_t body_at = head_end + 4;
  if (head.starts_with("HTTP/1.1 1")) return body_at;  // 100 Continue: the answer stands behind it
  if (const std::string_view length = http_header(head, "content-length"); !length.empty()) {
    std::size_t bytes = 0;
    if (std::from_chars(length.data(), length.data() + length.size(), bytes).ec != std::errc{}) return 0;
    return body_at + bytes <= all.size() ? body_at + bytes : 0;
  }
  if (!http_header(head, "transfer-encoding").empty()) {
    const std::size_t last = all.find("\r\n0\r\n\r\n", head_end);
    return last == std::string_view::npos ? 0 : last + 7;
  }
  return from_ == From::device ? body_at : 0;  // an answer without a length ends with its link
}

}  // namespace fleetsim::sim
