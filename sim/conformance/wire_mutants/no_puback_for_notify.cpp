// Told to move, it goes before it has acknowledged what it was told.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class NoPubackForNotify final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    const auto publish = wire_words::heard(wire, message, device::mqtt::PacketType::publish);
    if (publish && publish->qos == 1 && publish->topic.ends_with("/thing/bootstrap/notify")) notify_ = publish->id;
    wire.hear(message);
  }
  void says(Wire& wire, ByteView message) override {
    const auto id = wire_words::puback_id(wire, message);
    if (!id || id != notify_) wire.say(message);
  }

 private:
  std::optional<std::uint16_t> notify_;
};

}  // namespace

WireMutant wire_mutant::no_puback_for_notify() {
  return {.name = "mutant-no-puback-for-notify",
          .summary = "reference, but it acknowledges everything but a notify",
          .make = &make_wire_fault<NoPubackForNotify>};
}

}  // namespace fleetsim::sim
