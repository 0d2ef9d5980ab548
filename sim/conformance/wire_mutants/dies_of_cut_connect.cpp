// Its memory says that it connects, for ever, when the power goes while it does so at a new place.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class DiesOfCutConnect final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (wire_words::said<wire_words::Connect>(wire, message)) is_connecting_ = first_ != WirePlace{} && first_ != wire.place();
    wire.say(message);
  }
  void hears(Wire& wire, ByteView message) override {
    if (wire_words::is_accepted(wire, message)) {
      is_connecting_ = false;
      if (first_ == WirePlace{}) first_ = wire.place();
    }
    wire.hear(message);
  }
  void loses_power(Wire& wire) override {
    if (is_connecting_) wire.die();
  }

 private:
  WirePlace first_;
  bool is_connecting_ = false;
};

}  // namespace

WireMutant wire_mutant::dies_of_cut_connect() {
  return {.name = "mutant-dies-of-cut-connect",
          .summary = "reference, but a power cut between CONNECT and CONNACK at a new place kills it",
          .make = &make_wire_fault<DiesOfCutConnect>};
}

}  // namespace fleetsim::sim
