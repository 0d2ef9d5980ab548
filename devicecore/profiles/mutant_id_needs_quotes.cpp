// The reference, but that an id without quotes is none to it.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_quoted_ids(ByteView payload) {
  const auto notify = parse_notify(payload);
  return notify && notify->verbatim_id.starts_with('"') ? notify : std::nullopt;
}

}  // namespace

const FirmwareProfile mutant_id_needs_quotes_profile = {
    .name = "mutant-id-needs-quotes",
    .summary = "reference, but it hears no notify whose id is a number",
    .notify = {.read = &read_quoted_ids, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
