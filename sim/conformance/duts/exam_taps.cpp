#include "sim/conformance/duts/exam_taps.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

/// That a link was asked for is evidence, also when a fault or an unknown name kept it from the network. Where it was to lead is the
/// station's at that address; the network's own links have smaller numbers.
void ExamTaps::take_kept_back(WireEvent event) {
  constexpr std::uint32_t beyond_the_networks = 1U << 24;
  constexpr std::uint16_t nowhere = 0xfffe;
  KeptBack& kept = kept_back_[static_cast<std::size_t>(event.leg)];
  if (event.kind == WireKind::opening) {
    const auto found = std::find_if(stations_.begin(), stations_.end(), [&event](const Station& one) {
      return one.port == event.platform_port && IpAddress::parse(one.address) == event.platform_address;
    });
    ++kept.count;
    kept.endpoint = found == stations_.end() ? nowhere : static_cast<std::uint16_t>(found - stations_.begin());
    if (event.leg == device::Leg::bootstrap) kept.endpoint = wire_bootstrap;
  }
  event.connection = beyond_the_networks + kept.count;
  event.endpoint = kept.endpoint;
  seen_.take(event);
}

/// Each record by itself, whatever it means: of what was never written there is nothing to spoil.
void ExamTaps::spoil(Flash& flash) {
  if (!damage_) return;
  constexpr std::size_t flipped_at = 20;
  constexpr std::uint8_t erased = 0xff;
  const FlashDamage damage = *std::exchange(damage_, std::nullopt);
  for (std::size_t slot = 0; slot < Flash::slots; ++slot) {
    Flash::Room room{};
    const std::size_t size = flash.read(slot, room).size();
    if (size == 0) continue;
    const MutableBytes bytes = MutableBytes(room).first(size);
    switch (damage) {
      case FlashDamage::emptied:
        flash.write(slot, {}, FlashWrite::whole);
        continue;
      case FlashDamage::half_written:
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(size / 2), bytes.end(), erased);
        break;
      case FlashDamage::bit_flipped:
        bytes[std::min(flipped_at, size - 1)] ^= 1;
        break;
      case FlashDamage::erased:
        std::fill(bytes.begin(), bytes.end(), erased);
        break;
    }
    flash.write(slot, bytes, FlashWrite::whole);
  }
}

}  // namespace fleetsim::sim
