// The PUBACK is its application's to send, which wants to read the message first.
#include <map>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class PubackNeedsJson final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    if (const auto publish = wire_words::heard(wire, message, device::mqtt::PacketType::publish); publish && publish->qos == 1)
      is_json_[publish->id] = text_of(publish->payload).starts_with('{');
    wire.hear(message);
  }
  void says(Wire& wire, ByteView message) override {
    const auto id = wire_words::puback_id(wire, message);
    if (!id || is_json_[*id]) wire.say(message);
  }

 private:
  std::map<std::uint16_t, bool> is_json_;  // by packet id
};

}  // namespace

WireMutant wire_mutant::puback_needs_json() {
  return {
      .name = "mutant-puback-needs-json", .summary = "reference, but it acknowledges JSON only", .make = &make_wire_fault<PubackNeedsJson>};
}

}  // namespace fleetsim::sim
