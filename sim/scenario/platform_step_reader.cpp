// Readers of the steps of platform_steps.hpp, and of what a distribute step says about accounts.
#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "sim/config/suggest.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

constexpr DurationRange step_time_range{.min = std::chrono::milliseconds{1}, .max = std::chrono::hours{24}};
constexpr std::size_t values_max = 50;
constexpr std::size_t name_bytes_max = 30;  // of a tag's key, the shortest of the platform's own limits
constexpr std::size_t text_bytes_max = 128;

enum class ValueForm : std::uint8_t { json, text };

bool is_value_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == ':';
  };
  return !text.empty() && text.size() <= name_bytes_max && std::all_of(text.begin(), text.end(), allowed);
}

/// Text that stands for itself in JSON.
bool is_plain_text(std::string_view text) {
  const auto allowed = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  return !text.empty() && text.size() <= text_bytes_max && std::all_of(text.begin(), text.end(), allowed);
}

/// As JSON writes it: digits first, so neither "inf" nor "1.".
bool is_json_number(std::string_view text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool leading_zero = digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]);
  return failed == std::errc{} && end == text.data() + text.size() && !digits.empty() && is_digit(digits.front()) &&
         is_digit(digits.back()) && !leading_zero;
}

std::string value_of(const Node& node, ValueForm form) {
  const bool bare = form == ValueForm::text || (!node.quoted && (node.text == "true" || node.text == "false" || is_json_number(node.text)));
  return bare ? node.text : '"' + node.text + '"';
}

void read_values(MapReader& step, std::string_view key, ValueForm form, std::vector<NamedValue>& out) {
  const Node* node = step.find(key);
  if (node == nullptr) return;
  if (node->kind != Node::Kind::map || node->children.empty() || node->children.size() > values_max) {
    step.error(node->at, key, fmt::format("expected a map of 1 to {} names and values, found {}", values_max, show(*node)));
    return;
  }
  for (const Node& one : node->children) {
    if (!is_value_name(one.key))
      step.error(one.key_at, key, fmt::format("\"{}\" is no name: 1 to {} letters, digits or _ - . :", one.key, name_bytes_max));
    if (one.kind != Node::Kind::scalar || !is_plain_text(one.text))
      step.error(one.at, key, fmt::format("expected a number, a truth value or a text without quotes, found {}", show(one)));
    out.push_back({one.key, value_of(one, form)});
  }
}

/// A map of values, or the word `none`.
void read_expected(MapReader& step, std::string_view key, ValueForm form, ExpectedValues& out) {
  const Node* node = step.find(key);
  if (node == nullptr) return;
  out.none = node->kind == Node::Kind::scalar && node->text == "none";
  if (!out.none) read_values(step, key, form, out.values);
}

void read_instance(MapReader& step, const ScenarioContext& context, std::string& out) {
  if (step.text("at", out) && context.platform != nullptr && !context.has_instance(out))
    step.error(step.at("at"), "at", context.no_instance(out));
}

/// In world external such a step needs somebody to ask.
void check_management(MapReader& step, const ScenarioContext& context) {
  if (context.scenario.world == WorldKind::external && context.scenario.external.management.host.empty())
    step.error(step.at(), "at", "this step goes through the platform's management API: describe it in external.management");
}

void read_place(MapReader& step, const ScenarioContext& context, std::vector<std::string>& groups, std::string& at) {
  read_group_names(step, context, groups);
  step.require("at");
  read_instance(step, context, at);
  check_management(step, context);
}

StepAction read_change(MapReader& step, const ScenarioContext& context, DeviceChange change) {
  ChangeDevicesStep out;
  out.change = change;
  read_place(step, context, out.groups, out.at);
  return out;
}

void check_account(MapReader& step, const ScenarioContext& context, std::string_view key, const std::string& account) {
  if (context.platform == nullptr) return;
  std::vector<std::string_view> known;
  for (const auto& one : context.platform->accounts) {
    if (one.id.view() == account || (!one.name.empty() && one.name == account)) return;
    known.push_back(one.id.view());
  }
  step.error(step.at(key), key, no_such_word("account", account, known));
}

}  // namespace

void read_recipient(MapReader& step, const ScenarioContext& context, DistributeStep& out) {
  static constexpr Choice<platform::JobContent> contents[] = {{"devices", platform::JobContent::devices},
                                                              {"product_only", platform::JobContent::product_only}};
  static constexpr Choice<DeviceChoice> choices[] = {{"select", DeviceChoice::select}, {"file", DeviceChoice::file}};
  if (step.text("target_account", out.target_account, {.bytes_min = 1, .bytes_max = 64}))
    check_account(step, context, "target_account", out.target_account);
  step.choice("content", out.content, contents);
  step.choice("devices", out.choice, choices);
  step.flag("may_fail", out.may_fail);
  const bool nearest = out.policy == platform::Policy::nearest_access;
  if (nearest && !out.target_account.empty())
    step.error(step.at("target_account"), "target_account", "never with policy nearest_access: devices stay with their account then");
  if (nearest && out.content == platform::JobContent::product_only)
    step.error(step.at("content"), "content", "product_only is for policy region: nearest_access is about devices");
  if (out.content == platform::JobContent::product_only && step.has("devices"))
    step.error(step.at("devices"), "devices", "not with content: product_only, which moves none");
}

StepAction read_retry(MapReader& step, ScenarioContext& context) {
  RetryStep out;
  step.text("name", out.name, {.bytes_min = 1, .bytes_max = 100});
  const bool known = std::any_of(context.scenario.steps.begin(), context.scenario.steps.end(), [&](const Step& earlier) {
    const auto* job = std::get_if<DistributeStep>(&earlier.action);
    return job != nullptr && (out.name.empty() || job->name == out.name);
  });
  if (!known) step.error(step.at("name"), "name", "no distribute step before this one has that name");
  step.duration("timeout", out.timeout, step_time_range);
  return out;
}

StepAction read_upgrade(MapReader& step, ScenarioContext& context) {
  UpgradeStep out;
  read_place(step, context, out.groups, out.at);
  if (step.require("version") != nullptr) step.text("version", out.version, {.bytes_min = 1, .bytes_max = 64});
  step.size("size", out.size_bytes, {.min = 1, .max = std::int64_t{16} * 1024 * 1024});
  step.share("share", out.share);
  step.duration("timeout", out.timeout, step_time_range);
  if (!out.version.empty() && !is_plain_text(out.version)) step.error(step.at("version"), "version", "expected a text without quotes");
  return out;
}

StepAction read_set_property(MapReader& step, ScenarioContext& context) {
  SetPropertyStep out;
  read_place(step, context, out.groups, out.at);
  if (step.require("properties") != nullptr) read_values(step, "properties", ValueForm::json, out.properties);
  step.duration("timeout", out.timeout, step_time_range);
  return out;
}

StepAction read_report(MapReader& step, ScenarioContext& context) {
  ReportStep out;
  read_group_names(step, context, out.groups);
  read_values(step, "properties", ValueForm::json, out.properties);
  read_values(step, "shadow", ValueForm::json, out.shadow);
  read_values(step, "tags", ValueForm::text, out.tags);
  if (step.text("event", out.event) && !is_value_name(out.event))
    step.error(step.at("event"), "event", fmt::format("\"{}\" is no name of an event", out.event));
  if (out.properties.empty() && out.shadow.empty() && out.tags.empty() && out.event.empty())
    step.error(step.at(), "properties", "nothing to report: give properties, shadow, tags or event");
  step.duration("timeout", out.timeout, step_time_range);
  for (const FleetGroup& group : context.scenario.groups) {
    const bool named = out.groups.empty() || std::find(out.groups.begin(), out.groups.end(), group.name) != out.groups.end();
    if (named && !group.behind.empty() && !out.groups.empty())
      step.error(step.at("groups"), "groups", fmt::format("{} stands behind gateways: its devices report nothing themselves", group.name));
    if (named && group.transport == Transport::paho)
      step.error(step.at("groups"), "groups", fmt::format("{} has transport: paho, which publishes and no more", group.name));
  }
  return out;
}

StepAction read_join_group(MapReader& step, ScenarioContext& context) {
  JoinGroupStep out;
  read_place(step, context, out.groups, out.at);
  if (step.require("device_group") != nullptr && step.text("device_group", out.device_group) && !is_value_name(out.device_group))
    step.error(step.at("device_group"), "device_group", fmt::format("\"{}\" is no name", out.device_group));
  return out;
}

StepAction read_delete_devices(MapReader& step, ScenarioContext& context) { return read_change(step, context, DeviceChange::deleted); }
StepAction read_disable_devices(MapReader& step, ScenarioContext& context) { return read_change(step, context, DeviceChange::disabled); }
StepAction read_enable_devices(MapReader& step, ScenarioContext& context) { return read_change(step, context, DeviceChange::enabled); }

StepAction read_expect(MapReader& step, ScenarioContext& context) {
  static constexpr std::string_view statuses[] = {"ONLINE", "OFFLINE", "UNACTIVE", "DISABLE"};
  ExpectStep out;
  read_group_names(step, context, out.groups);
  read_instance(step, context, out.at);
  if (step.text("account", out.account, {.bytes_min = 1, .bytes_max = 64})) check_account(step, context, "account", out.account);
  if (step.text("status", out.status) && std::find(std::begin(statuses), std::end(statuses), out.status) == std::end(statuses))
    step.error(step.at("status"), "status", fmt::format("expected ONLINE, OFFLINE, UNACTIVE or DISABLE, found \"{}\"", out.status));
  step.text("version", out.version, {.bytes_min = 1, .bytes_max = 64});
  read_expected(step, "properties", ValueForm::json, out.properties);
  read_expected(step, "shadow", ValueForm::json, out.shadow);
  read_expected(step, "tags", ValueForm::text, out.tags);
  std::string device_group;
  if (step.text("device_group", device_group)) {
    out.device_groups.none = device_group == "none";
    if (!out.device_groups.none) out.device_groups.values.push_back({device_group, {}});
  }
  std::uint32_t count = 0;
  if (step.whole("events", count, {.min = 1, .max = 50})) out.events_min = count;
  if (step.whole("sub_devices", count, {.min = 0, .max = 1500})) out.sub_devices = count;
  step.flag("read_only", out.read_only);
  step.flag("stranded", out.stranded);
  step.share("share", out.share);
  step.duration("timeout", out.timeout, step_time_range);
  if (!out.stranded && out.at.empty()) step.error(step.at(), "at", "missing: at which instance");
  if (out.stranded && step.has("at")) step.error(step.at("at"), "at", "not with stranded: in handover a device is nowhere");
  check_management(step, context);
  return out;
}

}  // namespace fleetsim::sim
