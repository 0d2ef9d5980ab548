// It has one packet id for all that is in flight, and takes each PUBACK for the oldest.
#include <deque>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class OneIdForAll final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto publish = wire_words::said<wire_words::Publish>(wire, message);
    if (!publish || publish->qos == 0) return wire.say(message);
    if (!publish->duplicate) in_flight_.push_back(publish->packet_id);
    wire_words::Bytes changed(message.begin(), message.end());
    device::mqtt::make_new(changed, the_id);
    if (publish->duplicate) device::mqtt::mark_duplicate(changed);
    wire.say(changed);
  }
  void hears(Wire& wire, ByteView message) override {
    const auto puback = wire_words::heard(wire, message, device::mqtt::PacketType::puback);
    if (!puback || in_flight_.empty()) return wire.hear(message);
    const std::uint16_t id = in_flight_.front();
    in_flight_.pop_front();
    wire.hear(wire_words::puback_of(id));
  }
  void opens(Wire& wire, const WirePlace& where) override {
    if (wire_words::is_mqtt(wire)) in_flight_.clear();
    wire.open(where);
  }

 private:
  static constexpr std::uint16_t the_id = 1;
  std::deque<std::uint16_t> in_flight_;  // as the reference numbers them
};

}  // namespace

WireMutant wire_mutant::packet_id_one() {
  return {.name = "mutant-packet-id-one",
          .summary = "reference, but each PUBLISH of QoS 1 has packet id 1",
          .make = &make_wire_fault<OneIdForAll>};
}

}  // namespace fleetsim::sim
