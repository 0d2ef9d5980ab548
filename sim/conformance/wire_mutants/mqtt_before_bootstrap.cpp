// It tries an endpoint that was compiled in before it asks the global one.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class MqttBeforeBootstrap final : public WireFault {
 public:
  void opens(Wire& wire, const WirePlace& where) override {
    if (wire.leg() == device::Leg::bootstrap && wire.connection() == 1 && compiled_in_) {
      wire.other().open({.address = *compiled_in_, .port = port});
      wire.wake_at(wire.now() + a_moment);
      return;
    }
    wire.open(where);
  }
  void wakes(Wire& wire) override { wire.open(wire.place()); }

 private:
  static constexpr Duration a_moment = std::chrono::seconds{1};
  static constexpr std::uint16_t port = 18830;
  const std::optional<IpAddress> compiled_in_ = IpAddress::parse("127.0.2.1");
};

}  // namespace

WireMutant wire_mutant::mqtt_before_bootstrap() {
  return {.name = "mutant-mqtt-before-bootstrap",
          .summary = "reference, but from the factory it opens an MQTT link before it asks",
          .make = &make_wire_fault<MqttBeforeBootstrap>};
}

}  // namespace fleetsim::sim
