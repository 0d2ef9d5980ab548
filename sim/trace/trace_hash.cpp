// The step is the folded multiply of wyhash (Wang Yi, released into the public domain): the 128-bit product of two words, its halves
// xored. Here the state is carried on by an addition beside it, so that a factor that happens to be zero loses its partner, not the past.
#include "sim/trace/trace_hash.hpp"

#include <bit>
#include <cstring>

namespace fleetsim::sim {
namespace {

static_assert(std::endian::native == std::endian::little, "the trace hash reads words as they lie in memory");

__extension__ using Product = unsigned __int128;

// Words with as many ones as zeros (wyhash's own).
constexpr std::uint64_t key_a = 0x4b33a62ed433d4a3U;
constexpr std::uint64_t key_b = 0x4d5a2da51de1aa47U;
constexpr int carried_by = 29;  // bits; odd, so that sixty-four steps bring each bit everywhere
constexpr int crossed_by = 17;  // between the lanes

std::uint64_t fold(std::uint64_t one, std::uint64_t other) {
  const Product product = static_cast<Product>(one) * other;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t step(std::uint64_t state, std::uint64_t key, std::uint64_t first, std::uint64_t second) {
  return std::rotl(state, carried_by) + fold(first ^ state, second ^ key);
}

std::uint64_t word(const std::uint8_t* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint64_t half_word(const std::uint8_t* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint64_t packed(std::uint32_t high, std::uint32_t low) { return (std::uint64_t{high} << 32) | low; }

}  // namespace

void TraceHash::on_wire(const WireEvent& event) {
  ++events_;
  const std::uint64_t what =
      (std::uint64_t{static_cast<std::uint8_t>(event.leg)} << 56) | (std::uint64_t{static_cast<std::uint8_t>(event.teller)} << 48) |
      (std::uint64_t{static_cast<std::uint8_t>(event.kind)} << 40) | (std::uint64_t{static_cast<std::uint8_t>(event.direction)} << 32) |
      (std::uint64_t{static_cast<std::uint8_t>(event.end)} << 16) | event.endpoint;
  mix(static_cast<std::uint64_t>(event.at.time_since_epoch().count()), packed(event.device, event.connection), what, event.bytes.size());
  if (event.kind == WireKind::opening) {
    const auto& from = event.device_address.bytes();
    const auto& to = event.platform_address.bytes();
    mix(word(from.data()), word(from.data() + 8), word(to.data()), word(to.data() + 8));
    mix(event.device_port, event.platform_port, 0, 0);
  }
  if (!event.bytes.empty()) mix_bytes(event.bytes);
}

void TraceHash::mix(std::uint64_t first, std::uint64_t second, std::uint64_t third, std::uint64_t fourth) {
  const std::uint64_t a = step(lane_a_, key_a, first, second);
  const std::uint64_t b = step(lane_b_, key_b, third, fourth);
  // Each lane hears of the other: both halves of the digest depend on everything.
  lane_a_ = a ^ std::rotl(b, crossed_by);
  lane_b_ = b + lane_a_;
}

/// Its size is hashed already, so a shorter piece is never taken for a longer one, and words may overlap at the end.
void TraceHash::mix_bytes(ByteView bytes) {
  const std::uint8_t* at = bytes.data();
  std::size_t rest = bytes.size();
  if (rest < 16) {
    if (rest >= 8) return mix(word(at), word(at + rest - 8), 0, 0);
    if (rest >= 4) return mix(half_word(at), half_word(at + rest - 4), 0, 0);
    const std::uint64_t few = (std::uint64_t{at[0]} << 16) | (std::uint64_t{at[rest / 2]} << 8) | at[rest - 1];
    return mix(few, 0, 0, 0);
  }
  std::uint64_t a = lane_a_;
  std::uint64_t b = lane_b_;
  for (; rest > 32; rest -= 32, at += 32) {
    a = step(a, key_a, word(at), word(at + 8));
    b = step(b, key_b, word(at + 16), word(at + 24));
  }
  lane_a_ = a;
  lane_b_ = b;
  const std::uint8_t* last = at + rest - 16;  // sixteen bytes end here at least: the piece has as many
  if (rest > 16) return mix(word(at), word(at + 8), word(last), word(last + 8));
  mix(word(last), word(last + 8), 0, 0);
}

TraceDigest TraceHash::digest() const {
  const std::uint64_t x = fold(lane_a_ ^ key_b, lane_b_ ^ key_a);
  const std::uint64_t y = fold(std::rotl(lane_a_, crossed_by) ^ key_a, lane_b_ + events_);
  return {lane_a_ + fold(x ^ key_a, y ^ lane_b_), lane_b_ ^ fold(y ^ key_b, x + lane_a_)};
}

TraceDigest combined(std::span<const TraceDigest> parts) {
  std::uint64_t a = key_b;
  std::uint64_t b = key_a + parts.size();
  for (const TraceDigest& part : parts) {
    const std::uint64_t next = step(a, key_a, part.high, part.low);
    b = step(b, key_b, part.low, part.high ^ next);
    a = next ^ std::rotl(b, crossed_by);
  }
  return {a + fold(a ^ key_b, b ^ key_a), b ^ fold(b + key_b, a ^ key_a)};
}

std::string hex_text(const TraceDigest& digest) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t half : {digest.high, digest.low})
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[(half >> shift) & 15U];
  return text;
}

}  // namespace fleetsim::sim
