#include <chrono>
#include <string>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

std::string malformed_notify(std::string_view shape) {
  if (shape == "not_json") return "moved!";
  if (shape == "truncated") return R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify","para)";
  if (shape == "no_params") return R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify"})";
  if (shape == "no_id") return R"({"version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})";
  if (shape == "text_command") return R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":"go"}})";
  if (shape == "unknown_command") return R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":99}})";
  return {};
}

}  // namespace

Kind notify_malformed() {
  static constexpr std::string_view shapes[] = {"not_json", "truncated", "no_params", "no_id", "text_command", "unknown_command", "empty"};
  static constexpr Parameter parameters[] = {
      choice_parameter("shape", "what is wrong", shapes),
      duration_parameter("right_one_after", "the right one follows so long after; 0: never", std::chrono::seconds{0})};
  return {.name = "notify_malformed",
          .summary = "the notify cannot be understood",
          .parameters = parameters,
          .behaviour = Behaviour<OutgoingPacket>{
              .concerns = [](const Arguments&, const OutgoingPacket& situation) { return situation.kind == PacketKind::notify; },
              .act =
                  [](const Arguments& arguments, OutgoingPacket& situation) {
                    situation.payload = malformed_notify(arguments.choice("shape"));
                    if (const Duration after = arguments.duration("right_one_after"); after > Duration{0})
                      situation.right_one_after = after;
                  }}};
}

}  // namespace fleetsim::platform::misbehaviour
