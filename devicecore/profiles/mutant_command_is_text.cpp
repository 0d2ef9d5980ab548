// The reference, but that it reads cmd as atoi() does: what is no number is 0.
#include "devicecore/json_reader.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_as_atoi(ByteView payload) {
  if (const auto notify = parse_notify(payload)) return notify;
  JsonReader json;
  if (!json.parse(text_of(payload)) || json.text(json.find(json.root(), "method")) != "thing.bootstrap.notify") return std::nullopt;
  const JsonValue id = json.find(json.root(), "id");
  if (!id || !json.find(json.find(json.root(), "params"), "cmd")) return std::nullopt;
  return Notify{json.text(id), json.verbatim(id), 0};
}

}  // namespace

const FirmwareProfile mutant_command_is_text_profile = {
    .name = "mutant-command-is-text",
    .summary = "reference, but it moves for a cmd that is no number",
    .notify = {.read = &read_as_atoi, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
