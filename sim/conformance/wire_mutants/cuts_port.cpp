// It keeps 16 bits of a port, however large it is, as the C SDK does.
#include <charconv>

#include "platform-mock/core/mqtt/encoder.hpp"
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class CutsPort final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    const auto publish = wire_words::heard(wire, message, device::mqtt::PacketType::publish);
    if (!publish || !publish->topic.ends_with("/config/push")) return wire.hear(message);
    const std::string_view payload = text_of(publish->payload);
    constexpr std::string_view mark = "\"port\":";
    const std::size_t at = payload.find(mark);
    if (at == std::string_view::npos) return wire.hear(message);
    std::uint32_t port = 0;
    const char* const begin = payload.data() + at + mark.size();
    const auto read = std::from_chars(begin, payload.data() + payload.size(), port);
    if (read.ec != std::errc{}) return wire.hear(message);
    const std::string changed =
        std::string(payload.data(), begin) + std::to_string(port & 0xffffU) + std::string(read.ptr, payload.data() + payload.size());
    wire_words::Bytes packet;
    platform::mqtt::encode_publish({.topic = publish->topic, .payload = bytes_of(changed), .packet_id = publish->id, .qos = publish->qos},
                                   packet);
    wire.hear(packet);
  }
};

}  // namespace

WireMutant wire_mutant::cuts_port() {
  return {.name = "mutant-cuts-port",
          .summary = "reference, but of the port in a config/push it keeps 16 bits",
          .make = &make_wire_fault<CutsPort>};
}

}  // namespace fleetsim::sim
