// The reference, but that it reads a notify by the places of its members, as the one that it was tested with had them.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_in_order(ByteView payload) {
  const std::string_view text = text_of(payload);
  const std::size_t id = text.find("\"id\"");
  const std::size_t method = text.find("\"method\"");
  const std::size_t params = text.find("\"params\"");
  return id < method && method < params ? parse_notify(payload) : std::nullopt;
}

}  // namespace

const FirmwareProfile mutant_notify_by_position_profile = {
    .name = "mutant-notify-by-position",
    .summary = "reference, but the members of a notify must come in one order",
    .notify = {.read = &read_in_order, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
