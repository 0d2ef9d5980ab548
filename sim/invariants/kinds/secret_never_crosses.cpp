// No secret crosses a link: neither the device's own nor its product's is found in the bytes of any link, in either direction, also where
// it is split over segments. Each end is believed about what it sends, so that bytes which never arrive count too.
//
// One exception, by design: the answer to a dynamic registration carries the secret down to the device, and a device that was given a token
// shows it at each login. So in groups that register, the device's own is looked for on the way up only, and with tokens not at all.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "sim/invariants/list.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t key_bytes = 8;

std::uint64_t key_at(const std::uint8_t* at) {
  std::uint64_t key = 0;
  std::memcpy(&key, at, key_bytes);
  return key;
}

/// A text looked for in a stream that comes in pieces. `matched`: so many bytes at the end of what has come are a beginning of the text.
/// Exact, as Knuth, Morris and Pratt have it; but most bytes are passed by eight-byte comparisons with the beginning.
bool find_in_stream(std::string_view wanted, ByteView bytes, std::uint8_t& matched) {
  const auto* const text = reinterpret_cast<const std::uint8_t*>(wanted.data());
  const auto* at = bytes.data();
  const auto* const end = at + bytes.size();
  const auto* const scanned_until = wanted.size() >= key_bytes && bytes.size() >= key_bytes ? end - key_bytes + 1 : at;
  const std::uint64_t key = wanted.size() >= key_bytes ? key_at(text) : 0;
  std::size_t have = matched;
  while (at != end) {
    if (have == 0) {
      while (at < scanned_until && key_at(at) != key) ++at;
      if (at == end) break;
    }
    // Back to the longest beginning that what was matched ends with, and that goes on with this byte.
    while (have > 0 && text[have] != *at) {
      std::size_t shorter = have - 1;
      while (shorter > 0 && std::memcmp(text, text + have - shorter, shorter) != 0) --shorter;
      have = shorter;
    }
    if (text[have] == *at) ++have;
    ++at;
    if (have == wanted.size()) {
      matched = 0;
      return true;
    }
  }
  matched = static_cast<std::uint8_t>(have);
  return false;
}

class SecretNeverCrosses final : public Invariant {
 public:
  SecretNeverCrosses(const Post& post, Seat seat)
      : Invariant("secret_never_crosses", post),
        sends_(seat == Seat::fleet ? Direction::up : Direction::down),
        devices_(post.share.count) {}

  void on_wire(const WireEvent& event) override {
    const std::uint32_t slot = share().slot_of(event.device);
    if (slot == DeviceShare::not_here) return;
    Progress& progress = devices_[slot].legs[event.leg == device::Leg::mqtt ? 1 : 0];
    if (event.kind == WireKind::opening || progress.connection != event.connection) progress = {.connection = event.connection};
    if (event.kind != WireKind::bytes || event.direction != sends_) return;
    const GroupFacts& group = facts().group_of(event.device);
    if (is_looked_for(group)) look(facts().devices[event.device].secret, event, progress.of_device, "the device's secret");
    look(group.product_secret, event, progress.of_product, "its product's secret");
  }

 private:
  static constexpr std::size_t secret_bytes_min = 4;  // shorter ones are found everywhere
  struct Progress {
    std::uint32_t connection = 0;
    std::uint8_t of_device = 0;
    std::uint8_t of_product = 0;
  };
  struct Device {
    std::array<Progress, 2> legs{};
  };

  bool is_looked_for(const GroupFacts& group) const { return !group.registers || (sends_ == Direction::up && !group.gets_a_token); }

  void look(std::string_view secret, const WireEvent& event, std::uint8_t& matched, std::string_view whose) {
    if (secret.size() < secret_bytes_min || secret.size() > 0xffU) return;
    exercised();
    if (!find_in_stream(secret, event.bytes, matched)) return;
    std::string words{whose};
    words += sends_ == Direction::up ? " left the device" : " was sent by the platform";
    words += event.leg == device::Leg::mqtt ? " on its MQTT link" : " on its bootstrap link";
    violated(event.device, event.at, std::move(words));
  }

  Direction sends_;
  std::vector<Device> devices_;
};

}  // namespace

InvariantKind invariant_kind::secret_never_crosses() {
  return {
      .name = "secret_never_crosses",
      .what = "no device's or product's secret is in the bytes of a link, but in the answer to a registration",
      .clause = "wire-protocol: CONNECT proves the secret by an HMAC; RULES.md 19",
      .seats = Seats::both,
      .make = [](const Post& post, Seat seat) -> std::unique_ptr<Invariant> { return std::make_unique<SecretNeverCrosses>(post, seat); }};
}

}  // namespace fleetsim::sim
