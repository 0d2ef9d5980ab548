#include "devicecore/shadow.hpp"

#include "devicecore/decimal.hpp"
#include "devicecore/json_reader.hpp"

namespace fleetsim::device {
namespace {

constexpr std::int32_t code_ok = 200;

std::string_view name_of(ShadowMethod method) {
  switch (method) {
    case ShadowMethod::get:
      return "get";
    case ShadowMethod::update:
      return "update";
    case ShadowMethod::erase:
      return "delete";
  }
  return {};
}

}  // namespace

void put_shadow_request(TextWriter& text, const ShadowRequest& request) {
  text.put(R"({"method":")").put(name_of(request.method)).put('"');
  if (request.method != ShadowMethod::get)
    text.put(R"(,"state":)").put(request.state_json).put(R"(,"version":)").put_number(request.version);
  text.put('}');
}

std::optional<ShadowMessage> parse_shadow_message(ByteView bytes) {
  JsonReader json;
  if (!json.parse(text_of(bytes))) return std::nullopt;
  const JsonValue payload = json.find(json.root(), "payload");
  ShadowMessage message;
  message.method = json.text(json.find(json.root(), "method"));
  if (message.method.empty() || json.kind(payload) != JsonKind::object) return std::nullopt;
  message.payload = json.verbatim(payload);
  if (json.text(json.find(payload, "status")) == "success") {
    message.code = code_ok;
  } else {
    message.code = parse_signed_decimal(json.text(json.find(json.find(payload, "content"), "errorcode"))).value_or(0);
  }
  return message;
}

}  // namespace fleetsim::device
