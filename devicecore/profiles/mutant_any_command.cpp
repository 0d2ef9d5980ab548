// The reference, but that every number is the command to move.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_any_command(ByteView payload) {
  auto notify = parse_notify(payload);
  if (notify) notify->command = 0;
  return notify;
}

}  // namespace

const FirmwareProfile mutant_any_command_profile = {
    .name = "mutant-any-command",
    .summary = "reference, but it moves whatever the number of the command",
    .notify = {.read = &read_any_command, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
