// /shadow/update/…: a device reads, changes and empties its shadow; every request is answered on /shadow/get/….
#include "platform-mock/core/mqtt/services/shadow.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "platform-mock/core/mqtt/services/params_tree.hpp"

namespace fleetsim::platform::mqtt {
namespace {

namespace json = boost::json;

constexpr std::int64_t ms_per_s = 1000;

/// More is not even read: twice both sides of the largest shadow.
std::size_t request_bytes_max(const ServiceWorld& world) { return std::size_t{4} * world.config.limits.shadow_bytes; }

/// {"status":"success","state":…,"metadata":…}
json::object whole_payload(const things::Shadow& shadow) {
  json::object payload;
  payload["status"] = "success";
  json::object document = shadow.document();
  payload["state"] = std::move(document["state"]);
  payload["metadata"] = std::move(document["metadata"]);
  return payload;
}

std::string message_of(std::string_view method, json::object payload, const things::Shadow& shadow, std::int64_t unix_ms) {
  json::object message;
  message["method"] = method;
  message["payload"] = std::move(payload);
  message["version"] = shadow.version();
  message["timestamp"] = unix_ms / ms_per_s;
  return json::serialize(message);
}

void write_topic(std::string& out, const DeviceNames& names) {
  out.assign("/shadow/get/").append(names.product_key).append("/").append(names.device_name);
}

std::string error_text(const things::Shadow::Refusal& refused, std::int64_t unix_ms) {
  json::object message;
  message["method"] = "reply";
  message["payload"] = json::object{
      {"status", "error"}, {"content", json::object{{"errorcode", std::to_string(refused.code)}, {"errormessage", refused.message}}}};
  message["timestamp"] = unix_ms / ms_per_s;
  return json::serialize(message);
}

std::string success_text(const things::Shadow& shadow, std::int64_t unix_ms) {
  json::object message;
  message["method"] = "reply";
  message["payload"] = json::object{{"status", "success"}, {"version", shadow.version()}};
  message["timestamp"] = unix_ms / ms_per_s;
  return json::serialize(message);
}

/// The answer to a device's request.
std::string answer_to(ServiceWorld& world, const Request& request) {
  const things::Shadow::Refusal not_json{things::shadow_code::bad_json, "the request is not a JSON object"};
  if (request.payload.size() > request_bytes_max(world)) return error_text(not_json, request.unix_ms);
  const auto tree = tree_of(text_of(request.payload));
  if (!tree || !tree->is_object()) return error_text(not_json, request.unix_ms);
  things::Shadow& shadow = world.things.data(request.device, request.place).details().shadow;
  if (text_in(*tree, "method") == "get") return shadow_text(shadow, request.unix_ms);
  if (const auto refused = shadow.apply(tree->get_object(), request.unix_ms / ms_per_s, world.config.limits)) {
    if (refused->limit) world.limits.reached(*refused->limit);
    return error_text(*refused, request.unix_ms);
  }
  return success_text(shadow, request.unix_ms);
}

}  // namespace

Answer change_shadow(ServiceWorld& world, const Request& request) {
  const std::string text = answer_to(world, request);
  write_topic(world.topic, request.names);
  world.lines.reply(request, world.topic, text);
  return no_answer;
}

std::optional<things::Shadow::Refusal> change_shadow_from_above(ServiceWorld& world, const ShadowOwner& owner, const ShadowChange& change,
                                                                const Turn& turn, std::int64_t unix_ms) {
  const auto tree = change.document.size() > request_bytes_max(world) ? std::nullopt : tree_of(change.document);
  if (!tree || !tree->is_object()) return things::Shadow::Refusal{things::shadow_code::bad_json, "the request is not a JSON object"};
  things::Shadow& shadow = world.things.data(owner.device, owner.place).details().shadow;
  if (const auto refused = shadow.apply(tree->get_object(), unix_ms / ms_per_s, world.config.limits, change.desired)) {
    if (refused->limit) world.limits.reached(*refused->limit);
    return refused;
  }
  if (shadow.desired_state().empty() || world.registry.device(owner.device).is_awaited()) return std::nullopt;
  write_topic(world.topic, owner.names);
  world.lines.send(owner.device, world.topic, message_of("control", whole_payload(shadow), shadow, unix_ms), turn);
  return std::nullopt;
}

std::string shadow_text(const things::Shadow& shadow, std::int64_t unix_ms) {
  return message_of("reply", whole_payload(shadow), shadow, unix_ms);
}

}  // namespace fleetsim::platform::mqtt
