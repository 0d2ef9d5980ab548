// The reference, but that a notify without a cmd is one with cmd 0 to it: a member that was never set.
#include "devicecore/json_reader.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_with_default(ByteView payload) {
  if (const auto notify = parse_notify(payload)) return notify;
  JsonReader json;
  if (!json.parse(text_of(payload)) || json.text(json.find(json.root(), "method")) != "thing.bootstrap.notify") return std::nullopt;
  const JsonValue id = json.find(json.root(), "id");
  if (!id || json.find(json.find(json.root(), "params"), "cmd")) return std::nullopt;
  return Notify{json.text(id), json.verbatim(id), 0};
}

}  // namespace

const FirmwareProfile mutant_command_by_default_profile = {
    .name = "mutant-command-by-default",
    .summary = "reference, but it moves for a notify without a cmd",
    .notify = {.read = &read_with_default, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
