// The reference, but that it does not look at the method of what comes on the topic of the notify.
#include "devicecore/json_reader.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_any_method(ByteView payload) {
  if (const auto notify = parse_notify(payload)) return notify;
  JsonReader json;
  if (!json.parse(text_of(payload)) || !json.find(json.root(), "method")) return std::nullopt;
  const JsonValue id = json.find(json.root(), "id");
  if (!id || json.text(json.find(json.find(json.root(), "params"), "cmd")) != "0") return std::nullopt;
  return Notify{json.text(id), json.verbatim(id), 0};
}

}  // namespace

const FirmwareProfile mutant_any_method_profile = {
    .name = "mutant-any-method",
    .summary = "reference, but it moves for a message with another method",
    .notify = {.read = &read_any_method, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
