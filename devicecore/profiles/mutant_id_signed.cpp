// The reference, but that it keeps the id of a message in 32 bits with a sign: half of all ids are none to it.
#include "devicecore/decimal.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_signed_ids(ByteView payload) {
  const auto notify = parse_notify(payload);
  return notify && parse_signed_decimal(notify->id) ? notify : std::nullopt;
}

}  // namespace

const FirmwareProfile mutant_id_signed_profile = {
    .name = "mutant-id-signed",
    .summary = "reference, but it hears no notify whose id is beyond 2147483647",
    .notify = {.read = &read_signed_ids, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
