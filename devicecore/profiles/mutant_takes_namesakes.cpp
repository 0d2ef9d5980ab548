// The reference, but that it takes the first cmd of a notify, wherever that stands.
#include "devicecore/decimal.hpp"
#include "devicecore/flat_json.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_first_command(ByteView payload) {
  auto notify = parse_notify(payload);
  const auto command = find_flat(text_of(payload), "cmd");
  if (notify && command) notify->command = parse_signed_decimal(*command).value_or(notify->command);
  return notify;
}

}  // namespace

const FirmwareProfile mutant_takes_namesakes_profile = {
    .name = "mutant-takes-namesakes",
    .summary = "reference, but a cmd outside params is as good as the one in it",
    .notify = {.read = &read_first_command, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
