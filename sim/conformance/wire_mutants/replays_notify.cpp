// Copies of a notify wait in its queue until it has moved, and are obeyed then.
#include <utility>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class ReplaysNotify final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    const auto publish = wire_words::heard(wire, message, device::mqtt::PacketType::publish);
    if (publish && publish->topic.ends_with("/thing/bootstrap/notify")) {
      const std::string payload(text_of(publish->payload));
      if (payload == last_) {
        copy_.assign(message.begin(), message.end());
        return;
      }
      last_ = payload;
    }
    wire.hear(message);
    if (wire_words::is_accepted(wire, message) && !copy_.empty()) wire.wake_at(wire.now() + a_moment);
  }
  void wakes(Wire& wire) override { wire.hear(std::exchange(copy_, {})); }

 private:
  static constexpr Duration a_moment = std::chrono::seconds{1};
  std::string last_;
  wire_words::Bytes copy_;
};

}  // namespace

WireMutant wire_mutant::replays_notify() {
  return {.name = "mutant-replays-notify",
          .summary = "reference, but a copy of a notify is obeyed once more after the move",
          .make = &make_wire_fault<ReplaysNotify>};
}

}  // namespace fleetsim::sim
