// The reference, but that it answers a notify without an id, and with one of its own.
#include "devicecore/json_reader.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_without_id(ByteView payload) {
  if (const auto notify = parse_notify(payload)) return notify;
  JsonReader json;
  if (!json.parse(text_of(payload)) || json.find(json.root(), "id")) return std::nullopt;
  if (json.text(json.find(json.find(json.root(), "params"), "cmd")) != "0") return std::nullopt;
  return Notify{"1", "\"1\"", 0};
}

}  // namespace

const FirmwareProfile mutant_invents_id_profile = {
    .name = "mutant-invents-id",
    .summary = "reference, but it answers id 1 to a notify without an id",
    .notify = {.read = &read_without_id, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
