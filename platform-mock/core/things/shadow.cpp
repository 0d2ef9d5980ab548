#include "platform-mock/core/things/shadow.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <utility>

namespace fleetsim::platform::things {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 2> side_names = {"reported", "desired"};
constexpr std::int64_t reset_version = -1;  // forgets the document, and with it the version

/// Clients clear with the word "null" as often as with JSON's null.
bool is_null(const json::value& value) { return value.is_null() || (value.is_string() && value.get_string() == "null"); }

std::size_t depth_of(const json::value& value) {
  std::size_t deepest = 0;
  if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) deepest = std::max(deepest, depth_of(member.value()));
    return deepest + 1;
  }
  if (const json::array* array = value.if_array()) {
    for (const json::value& element : *array) deepest = std::max(deepest, depth_of(element));
    return deepest + 1;
  }
  return 0;
}

std::optional<std::int64_t> version_in(const json::object& request) {
  const json::value* version = request.if_contains("version");
  if (version == nullptr || !version->is_int64()) return std::nullopt;
  return version->get_int64();
}

}  // namespace

std::optional<Shadow::Refusal> Shadow::apply(const json::object& request, std::int64_t now_s, const ThingLimits& limits,
                                             DesiredUpdate desired_update) {
  const json::value* method = request.if_contains("method");
  if (method == nullptr || !method->is_string()) return Refusal{shadow_code::no_method, "method is missing"};
  const bool updates = method->get_string() == "update";
  if (!updates && method->get_string() != "delete") return Refusal{shadow_code::unknown_method, "method is not served"};
  const json::value* state = request.if_contains("state");
  if (state == nullptr || !state->is_object()) return Refusal{shadow_code::no_state, "state is missing"};
  const auto version = version_in(request);
  if (!version || *version < reset_version) return Refusal{shadow_code::bad_version, "version is not a number"};
  if (*version != reset_version && *version <= version_) return Refusal{shadow_code::version_conflict, "version conflict"};
  return updates ? update(state->get_object(), {*version, desired_update}, {now_s, limits}) : remove(state->get_object(), *version, now_s);
}

std::optional<Shadow::Refusal> Shadow::update(const json::object& state, const Change& change, const Moment& moment) {
  Side sides[2];
  if (change.version != reset_version) {
    sides[reported] = state_[reported];
    sides[desired] = state_[desired];
  }
  if (change.desired == DesiredUpdate::replaced && state.contains(side_names[desired])) sides[desired] = {};
  bool changes = false;
  for (std::size_t i = 0; i < side_names.size(); ++i) {
    const json::value* wanted = state.if_contains(side_names[i]);
    if (wanted == nullptr) continue;
    changes = true;
    if (auto refused = merge(sides[i], *wanted, moment)) return refused;
  }
  if (!changes) return Refusal{shadow_code::no_reported, "state has neither reported nor desired"};
  for (std::size_t i = 0; i < side_names.size(); ++i) state_[i] = std::move(sides[i]);
  version_ = std::max<std::int64_t>(change.version, 0);
  time_s_ = moment.now_s;
  return std::nullopt;
}

/// Attribute by attribute; what is not named stays. A side that is "null" is emptied.
std::optional<Shadow::Refusal> Shadow::merge(Side& side, const json::value& wanted, const Moment& moment) {
  if (is_null(wanted)) {
    side = {};
    return std::nullopt;
  }
  const json::object* attributes = wanted.if_object();
  if (attributes == nullptr) return Refusal{shadow_code::bad_json, "reported and desired are objects"};
  if (attributes->empty()) return Refusal{shadow_code::empty_reported, "no attribute is given"};
  if (depth_of(wanted) > moment.limits.shadow_depth)
    return Refusal{shadow_code::bad_json, "the document is nested too deeply", LimitKind::shadow};
  for (const auto& attribute : *attributes) {
    side.values[attribute.key()] = attribute.value();
    side.times[attribute.key()] = json::object{{"timestamp", moment.now_s}};
  }
  if (side.values.size() > moment.limits.shadow_attributes)
    return Refusal{shadow_code::too_many_attributes, "more attributes than a shadow may have", LimitKind::shadow};
  if (json::serialize(side.values).size() > moment.limits.shadow_bytes)
    return Refusal{shadow_code::bad_json, "the document is too large", LimitKind::shadow};
  return std::nullopt;
}

std::optional<Shadow::Refusal> Shadow::remove(const json::object& state, std::int64_t version, std::int64_t now_s) {
  if (empty()) return Refusal{shadow_code::empty_shadow, "the shadow is empty"};
  const json::value* wanted[2] = {state.if_contains(side_names[reported]), state.if_contains(side_names[desired])};
  if (wanted[reported] == nullptr && wanted[desired] == nullptr)
    return Refusal{shadow_code::no_reported, "state has neither reported nor desired"};
  for (const json::value* side : wanted)
    if (side != nullptr && !is_null(*side) && !side->is_object()) return Refusal{shadow_code::bad_json, "reported and desired are objects"};
  for (std::size_t i = 0; i < side_names.size(); ++i) {
    if (wanted[i] == nullptr) continue;
    if (is_null(*wanted[i])) {
      state_[i] = {};
      continue;
    }
    for (const auto& attribute : wanted[i]->get_object()) {
      state_[i].values.erase(attribute.key());
      state_[i].times.erase(attribute.key());
    }
  }
  version_ = std::max<std::int64_t>(version, 0);
  time_s_ = now_s;
  return std::nullopt;
}

Shadow Shadow::restored(const json::object& document, std::int64_t version, std::int64_t time_s) {
  Shadow shadow;
  shadow.version_ = version;
  shadow.time_s_ = time_s;
  const auto object_in = [](const json::object& in, std::string_view name) {
    const json::value* found = in.if_contains(name);
    return found != nullptr && found->is_object() ? found->get_object() : json::object{};
  };
  const json::object state = object_in(document, "state");
  const json::object metadata = object_in(document, "metadata");
  for (std::size_t i = 0; i < side_names.size(); ++i)
    shadow.state_[i] = {.values = object_in(state, side_names[i]), .times = object_in(metadata, side_names[i])};
  return shadow;
}

json::object Shadow::document() const {
  json::object state;
  json::object metadata;
  for (std::size_t i = 0; i < side_names.size(); ++i) {
    if (state_[i].values.empty()) continue;
    state[side_names[i]] = state_[i].values;
    metadata[side_names[i]] = state_[i].times;
  }
  json::object whole;
  whole["state"] = std::move(state);
  whole["metadata"] = std::move(metadata);
  return whole;
}

}  // namespace fleetsim::platform::things
