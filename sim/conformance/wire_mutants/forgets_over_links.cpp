// The messages that wait for their PUBACK are lost with their link.
#include <map>
#include <set>
#include <utility>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class ForgetsOverLinks final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto publish = wire_words::said<wire_words::Publish>(wire, message);
    if (!publish || publish->qos == 0) return wire.say(message);
    const std::string payload(text_of(publish->payload));
    if (lost_.contains(payload)) {
      forgotten_.push_back(publish->packet_id);
      return wire.wake_at(wire.now());
    }
    waiting_[publish->packet_id] = payload;
    wire.say(message);
  }
  void hears(Wire& wire, ByteView message) override {
    if (const auto puback = wire_words::heard(wire, message, device::mqtt::PacketType::puback)) waiting_.erase(puback->id);
    wire.hear(message);
  }
  void opens(Wire& wire, const WirePlace& where) override {
    if (wire_words::is_mqtt(wire)) {
      for (const auto& [id, payload] : waiting_) lost_.insert(payload);
      waiting_.clear();
    }
    wire.open(where);
  }
  void wakes(Wire& wire) override {
    for (const std::uint16_t id : std::exchange(forgotten_, {})) wire.hear(wire_words::puback_of(id));
  }

 private:
  std::map<std::uint16_t, std::string> waiting_;
  std::set<std::string> lost_;
  std::vector<std::uint16_t> forgotten_;  // of which the reference thinks that they went out
};

}  // namespace

WireMutant wire_mutant::forgets_over_links() {
  return {.name = "mutant-forgets-over-links",
          .summary = "reference, but what had no PUBACK is not published on the next link",
          .make = &make_wire_fault<ForgetsOverLinks>};
}

}  // namespace fleetsim::sim
