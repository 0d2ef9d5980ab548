// Now and then it publishes to a filter.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class PublishesToWildcard final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (const auto publish = wire_words::said<wire_words::Publish>(wire, message); publish && publish->qos == 1 && !publish->duplicate)
      topic_ = std::string(publish->topic) + "/+";
    wire.say(message);
  }
  void hears(Wire& wire, ByteView message) override {
    const bool is_puback = wire_words::heard(wire, message, device::mqtt::PacketType::puback).has_value();
    wire.hear(message);
    if (is_puback && ++acknowledged_ % every == 0) wire.say(wire_words::publish_of(topic_, "{}"));
  }

 private:
  static constexpr int every = 25;
  int acknowledged_ = 0;
  std::string topic_;
};

}  // namespace

WireMutant wire_mutant::wildcard_topic() {
  return {.name = "mutant-wildcard-topic",
          .summary = "reference, but now and then it publishes to a topic with a wildcard",
          .make = &make_wire_fault<PublishesToWildcard>};
}

}  // namespace fleetsim::sim
