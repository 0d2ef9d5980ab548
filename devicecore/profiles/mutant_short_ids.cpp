// The reference, but that it has room for one digit of a notify's id, and takes no other notify.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_short_id(ByteView payload) {
  const auto notify = parse_notify(payload);
  return notify && notify->id.size() == 1 ? notify : std::nullopt;
}

}  // namespace

const FirmwareProfile mutant_short_ids_profile = {
    .name = "mutant-short-ids",
    .summary = "reference, but it understands no notify whose id has two digits",
    .notify = {.read = &read_short_id, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
