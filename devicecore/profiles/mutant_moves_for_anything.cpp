// The reference, but that the topic alone makes it move: what cannot be read will have been a notify.
#include "devicecore/json_reader.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_anything(ByteView payload) {
  JsonReader json;
  if (json.parse(text_of(payload))) return parse_notify(payload);
  return Notify{"0", "\"0\"", 0};
}

}  // namespace

const FirmwareProfile mutant_moves_for_anything_profile = {
    .name = "mutant-moves-for-anything",
    .summary = "reference, but it moves for a notify that is no JSON",
    .notify = {.read = &read_anything, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
