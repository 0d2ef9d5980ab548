// The reference, but that it knows JSON without white space only.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_compact(ByteView payload) {
  for (const char c : text_of(payload))
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') return std::nullopt;
  return parse_notify(payload);
}

}  // namespace

const FirmwareProfile mutant_no_white_space_profile = {
    .name = "mutant-no-white-space",
    .summary = "reference, but it hears no notify with white space in it",
    .notify = {.read = &read_compact, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
