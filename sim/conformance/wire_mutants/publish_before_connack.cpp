// It does not wait for the CONNACK with its first message.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class PublishesBeforeConnack final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    wire.say(message);
    const auto connect = wire_words::said<wire_words::Connect>(wire, message);
    if (!connect) return;
    const std::size_t bar = connect->username.find('&');
    if (bar == std::string_view::npos) return;
    const std::string topic = "/" + std::string(connect->username.substr(bar + 1)) + "/" + std::string(connect->username.substr(0, bar));
    wire.say(wire_words::publish_of(topic + "/user/update", "{}"));
  }
};

}  // namespace

WireMutant wire_mutant::publish_before_connack() {
  return {.name = "mutant-publish-before-connack",
          .summary = "reference, but it publishes between CONNECT and CONNACK",
          .make = &make_wire_fault<PublishesBeforeConnack>};
}

}  // namespace fleetsim::sim
