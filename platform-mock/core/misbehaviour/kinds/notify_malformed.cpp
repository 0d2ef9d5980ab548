#include <chrono>
#include <string>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr std::string_view shapes[] = {"not_json", "truncated", "no_params", "no_id", "text_command", "unknown_command", "empty"};
constexpr Parameter parameters[] = {
    choice_parameter("shape", "what is wrong", shapes),
    duration_parameter("right_one_after", "the right one follows so long after; 0: never", std::chrono::seconds{0})};

std::string payload_of(std::string_view shape) {
  if (shape == "not_json") return "moved!";
  if (shape == "truncated") return R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify","para)";
  if (shape == "no_params") return R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify"})";
  if (shape == "no_id") return R"({"version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})";
  if (shape == "text_command") return R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":"go"}})";
  if (shape == "unknown_command") return R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":99}})";
  return {};
}

bool concerns(const Arguments&, const OutgoingPacket& situation) { return situation.kind == PacketKind::notify; }

void act(const Arguments& arguments, OutgoingPacket& situation) {
  situation.payload = payload_of(arguments.choice("shape"));
  if (const Duration after = arguments.duration("right_one_after"); after > Duration{0}) situation.right_one_after = after;
}

}  // namespace

Kind notify_malformed() {
  return {.name = "notify_malformed",
          .summary = "the notify cannot be understood",
          .parameters = parameters,
          .behaviour = Behaviour<OutgoingPacket>{.concerns = concerns, .act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
