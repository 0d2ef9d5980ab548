// The reference, but that it answers a number where it was asked with a text.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_bare_id(ByteView payload) {
  auto notify = parse_notify(payload);
  if (notify) notify->verbatim_id = notify->id;
  return notify;
}

}  // namespace

const FirmwareProfile mutant_id_without_quotes_profile = {
    .name = "mutant-id-without-quotes",
    .summary = "reference, but the id of its answer has lost its quotes",
    .notify = {.read = &read_bare_id, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
