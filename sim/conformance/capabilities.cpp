#include "sim/conformance/capabilities.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {
namespace {

struct CapabilityRow {
  std::string_view name;
  std::string_view words;
  CapabilityKind kind;
};

/// In the order of CapabilityKey.
constexpr std::array<CapabilityRow, capability_count> capability_rows = {{
    {"bootstraps", "asks the bootstrap endpoint", CapabilityKind::truth},
    {"answers_notify", "answers a notify", CapabilityKind::truth},
    {"moves", "moves when it is distributed", CapabilityKind::truth},
    {"keeps_endpoint", "connects without a bootstrap after a power cut", CapabilityKind::truth},
    {"mqtt_level", "MQTT protocol level", CapabilityKind::number},
    {"keep_alive_s", "keep-alive in seconds", CapabilityKind::number},
    {"clean_session", "clean session", CapabilityKind::truth},
    {"sign_method", "sign method", CapabilityKind::text},
    {"subscribes", "subscribes by itself", CapabilityKind::truth},
    {"publish_qos", "publishes with QoS", CapabilityKind::texts},
    {"backoff", "waits between tries", CapabilityKind::text},
    {"tls_versions", "TLS versions offered", CapabilityKind::texts},
    {"tls_suites", "TLS suites offered", CapabilityKind::texts},
}};

const CapabilityRow& row_of(CapabilityKey key) { return capability_rows[static_cast<std::size_t>(key)]; }

/// One bit of wants, the capability that decides it, and what is said of a device that lacks it.
struct Want {
  std::uint16_t bit;
  CapabilityKey key;
  std::string_view lack;
  bool (*holds)(const CapabilityValue& value);
};

bool is_true(const CapabilityValue& value) { return value == CapabilityValue{true}; }
bool is_false(const CapabilityValue& value) { return value == CapabilityValue{false}; }
bool is_above_zero(const CapabilityValue& value) {
  const auto* const number = std::get_if<std::int64_t>(&value);
  return number != nullptr && *number > 0;
}
bool has_qos_1(const CapabilityValue& value) {
  const auto* const texts = std::get_if<std::vector<std::string>>(&value);
  return texts != nullptr && std::find(texts->begin(), texts->end(), "1") != texts->end();
}

constexpr std::array<Want, 4> known_wants = {{
    {wants::keep_alive, CapabilityKey::keep_alive_s, "it asks for no keep-alive", is_above_zero},
    {wants::subscriptions, CapabilityKey::subscribes, "it subscribes to nothing", is_true},
    {wants::confirmed_publishes, CapabilityKey::publish_qos, "it publishes nothing with QoS 1", has_qos_1},
    {wants::kept_session, CapabilityKey::clean_session, "it connects with a clean session", is_false},
}};

std::string_view how_known(CapabilityOrigin origin) {
  return origin == CapabilityOrigin::declared ? "as the capability file says" : "as was found out at the beginning";
}

}  // namespace

std::string_view capability_name(CapabilityKey key) { return row_of(key).name; }
std::string_view capability_words(CapabilityKey key) { return row_of(key).words; }
CapabilityKind capability_kind(CapabilityKey key) { return row_of(key).kind; }

std::optional<CapabilityKey> find_capability(std::string_view name) {
  const auto found =
      std::find_if(capability_rows.begin(), capability_rows.end(), [name](const CapabilityRow& row) { return row.name == name; });
  if (found == capability_rows.end()) return std::nullopt;
  return capability_at(static_cast<std::size_t>(found - capability_rows.begin()));
}

std::string_view origin_word(CapabilityOrigin origin) {
  switch (origin) {
    case CapabilityOrigin::unknown:
      return "unknown";
    case CapabilityOrigin::discovered:
      return "discovered";
    case CapabilityOrigin::declared:
      return "declared";
  }
  return "";
}

std::string capability_text(const CapabilityValue& value) {
  if (const bool* const truth = std::get_if<bool>(&value)) return *truth ? "yes" : "no";
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* const text = std::get_if<std::string>(&value)) return *text;
  const auto* const texts = std::get_if<std::vector<std::string>>(&value);
  if (texts == nullptr) return "?";
  if (texts->empty()) return "none";
  const std::size_t shown = std::min(texts->size(), capability_texts_shown_max);
  std::string all = fmt::format("{}", fmt::join(texts->begin(), texts->begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < texts->size()) all += fmt::format(" and {} more", texts->size() - shown);
  return all;
}

void Capabilities::set(CapabilityKey key, CapabilityValue value, CapabilityOrigin origin) {
  all_[static_cast<std::size_t>(key)] = {.value = std::move(value), .origin = origin};
}

void Capabilities::add(const Capabilities& others) {
  for (std::size_t i = 0; i < capability_count; ++i)
    if (all_[i].origin == CapabilityOrigin::unknown) all_[i] = others.all_[i];
}

void Capabilities::override_by(const Capabilities& declared) {
  for (std::size_t i = 0; i < capability_count; ++i)
    if (declared.all_[i].origin == CapabilityOrigin::declared) all_[i] = declared.all_[i];
}

std::string Capabilities::lacking(std::uint16_t wants) const {
  for (const Want& want : known_wants) {
    const Capability& capability = (*this)[want.key];
    if ((wants & want.bit) == 0 || capability.origin == CapabilityOrigin::unknown || want.holds(capability.value)) continue;
    return fmt::format("{}, {}", want.lack, how_known(capability.origin));
  }
  return {};
}

bool Capabilities::are_declared(std::uint16_t wants) const {
  return wants != 0 && std::all_of(known_wants.begin(), known_wants.end(), [&](const Want& want) {
           const Capability& capability = (*this)[want.key];
           return (wants & want.bit) == 0 || (capability.origin == CapabilityOrigin::declared && want.holds(capability.value));
         });
}

bool Capabilities::is_known() const {
  return std::any_of(all_.begin(), all_.end(), [](const Capability& one) { return one.origin != CapabilityOrigin::unknown; });
}

std::string capabilities_text(const Capabilities& capabilities) {
  std::string out;
  for (std::size_t i = 0; i < capability_count; ++i) {
    const Capability& capability = capabilities[capability_at(i)];
    if (capability.origin == CapabilityOrigin::unknown) continue;
    out += fmt::format("  {:<48}{}{}\n", capability_words(capability_at(i)), capability_text(capability.value),
                       capability.origin == CapabilityOrigin::declared ? "  (declared)" : "");
  }
  return out;
}

}  // namespace fleetsim::sim
