#include "sim/world/thing_reports.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "sim/world/device_cell.hpp"
#include "sim/world/failure_text.hpp"
#include "sim/world/observer.hpp"

namespace fleetsim::sim {

using device::EventKind;

namespace {

// Above whatever ordered publishes and loads count up to.
constexpr device::Token token_base = 0x3ff00000;
constexpr std::uint32_t token_mask = 0x000fffff;
constexpr std::int32_t code_ok = 200;

std::string object_of(const std::vector<NamedValue>& values) {
  std::string text = "{";
  for (const NamedValue& one : values) text += fmt::format("{}\"{}\":{}", text.size() > 1 ? "," : "", one.name, one.value);
  return text + "}";
}

std::string tags_of(const std::vector<NamedValue>& values) {
  std::string text = "[";
  for (const NamedValue& one : values)
    text += fmt::format(R"({}{{"attrKey":"{}","attrValue":"{}"}})", text.size() > 1 ? "," : "", one.name, one.value);
  return text + "]";
}

bool ends_connection(EventKind kind) {
  return kind == EventKind::connection_lost || kind == EventKind::disconnected || kind == EventKind::powered_off;
}

}  // namespace

std::uint32_t things_in(const ReportStep& step) {
  return (step.properties.empty() ? 0U : 1U) + (step.shadow.empty() ? 0U : 1U) + (step.tags.empty() ? 0U : 1U) +
         (step.event.empty() ? 0U : 1U);
}

void ThingReports::set(std::uint16_t group, const ReportStep& step, std::int64_t unix_ms) {
  Texts& texts = groups_[group];
  texts = {};
  if (!step.properties.empty()) texts.properties = object_of(step.properties);
  if (!step.shadow.empty()) texts.shadow = fmt::format(R"({{"reported":{}}})", object_of(step.shadow));
  if (!step.tags.empty()) texts.tags = tags_of(step.tags);
  texts.event = step.event;
  texts.event_params = fmt::format(R"({{"value":{{}},"time":{}}})", unix_ms);
  texts.messages = things_in(step);
}

device::Token ThingReports::open(Pending& pending) {
  const device::Token token = token_base | (++sequence_ & token_mask);
  pending.open.push_back(token);
  return token;
}

void ThingReports::order(std::uint32_t slot, DeviceCell& cell) {
  const Texts& texts = groups_[cell.group];
  if (!cell.online) return refused(cell, "not online", texts.messages);
  // Each is known before it is given: the answer to it may be a refusal on the spot. No reference is kept over a step, which may change
  // the table.
  if (!texts.properties.empty()) {
    const device::Token token = open(pending_[slot]);
    host_.give(slot, device::PostProperty{texts.properties, token});
  }
  if (!texts.tags.empty()) {
    const device::Token token = open(pending_[slot]);
    host_.give(slot, device::AlinkCommand{device::AlinkRequest::tags_update, {}, texts.tags, token});
  }
  if (!texts.event.empty()) {
    const device::Token token = open(pending_[slot]);
    host_.give(slot, device::AlinkCommand{device::AlinkRequest::event_post, texts.event, texts.event_params, token});
  }
  if (!texts.shadow.empty()) {
    const device::Token token = open(pending_[slot]);
    const std::uint32_t version = ++pending_[slot].shadow_version;
    host_.give(slot, device::ShadowCommand{{device::ShadowMethod::update, texts.shadow, version}, token});
  }
}

void ThingReports::on_report(std::uint32_t slot, const DeviceCell& cell, const device::Event& event) {
  if (pending_.empty()) return;
  if (ends_connection(event.kind)) return drop(slot, cell);
  const bool answers = event.kind == EventKind::property_replied || event.kind == EventKind::request_replied ||
                       event.kind == EventKind::shadow_received || event.kind == EventKind::publish_rejected;
  if (!answers || (event.token & token_base) != token_base) return;
  const auto found = pending_.find(slot);
  if (found == pending_.end()) return;
  std::vector<device::Token>& open = found->second.open;
  const auto at = std::find(open.begin(), open.end(), event.token);
  if (at == open.end()) return;
  open.erase(at);
  if (event.kind == EventKind::publish_rejected) return refused(cell, failure_name(event.failure), 1);
  if (event.code != code_ok) return refused(cell, fmt::format("answered with {}", event.code), 1);
  observer_.commands_done(1);
}

void ThingReports::drop(std::uint32_t slot, const DeviceCell& cell) {
  const auto found = pending_.find(slot);
  if (found == pending_.end() || found->second.open.empty()) return;
  const auto count = static_cast<std::uint32_t>(found->second.open.size());
  found->second.open.clear();
  refused(cell, "the connection ended before the answer", count);
}

void ThingReports::refused(const DeviceCell& cell, std::string_view why, std::uint32_t count) {
  observer_.refused_report(fmt::format("{}: {}", Observer::name_of(cell), why), count);
  observer_.commands_done(count);
}

}  // namespace fleetsim::sim
