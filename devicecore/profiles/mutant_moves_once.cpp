// The reference, but that it follows the first notify of a platform only, and takes all others for a copy of it.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_first_notify(ByteView payload) {
  const auto notify = parse_notify(payload);
  return notify && notify->id == "1" ? notify : std::nullopt;
}

}  // namespace

const FirmwareProfile mutant_moves_once_profile = {
    .name = "mutant-moves-once",
    .summary = "reference, but it moves only once",
    .notify = {.read = &read_first_notify, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
