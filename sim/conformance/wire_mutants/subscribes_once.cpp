// It subscribes once in its life, and does not look whether that was heard.
#include <utility>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class SubscribesOnce final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (const auto connect = wire_words::said<wire_words::Connect>(wire, message)) user_name_ = connect->username;
    wire.say(message);
  }
  void hears(Wire& wire, ByteView message) override {
    if (wire_words::heard(wire, message, device::mqtt::PacketType::suback)) return;
    wire.hear(message);
    if (!wire_words::is_accepted(wire, message) || std::exchange(has_subscribed_, true)) return;
    const std::size_t bar = user_name_.find('&');
    const std::string filter = "/sys/" + user_name_.substr(bar + 1) + "/" + user_name_.substr(0, bar) + "/thing/service/property/set";
    wire_words::Bytes packet(device::mqtt::subscribe_bytes(filter));
    device::mqtt::encode_subscribe(filter, device::Qos::at_least_once, packet_id, packet);
    wire.say(packet);
  }

 private:
  static constexpr std::uint16_t packet_id = 0xfff0;
  std::string user_name_;
  bool has_subscribed_ = false;
};

}  // namespace

WireMutant wire_mutant::subscribes_once() {
  return {.name = "mutant-subscribes-once",
          .summary = "reference, but it subscribes on its first link only, and waits for no SUBACK",
          .make = &make_wire_fault<SubscribesOnce>};
}

}  // namespace fleetsim::sim
