#include "platform-mock/core/mqtt/topic_rules.hpp"

#include <algorithm>
#include <array>

#include "platform-mock/core/mqtt/topic_filter.hpp"

namespace fleetsim::platform::mqtt {
namespace {

/// Takes text off the front of a topic, piece by piece.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool take(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }
  std::string_view take_level() {
    const std::string_view level = rest_.substr(0, rest_.find('/'));
    rest_.remove_prefix(level.size());
    return level;
  }
  /// `{productKey}/{deviceName}`
  bool take_names(const DeviceNames& names) { return take(names.product_key) && take("/") && take(names.device_name); }
  bool at_end() const { return rest_.empty(); }
  bool at_level_end() const { return rest_.empty() || rest_.front() == '/'; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// `{prefix}{one level}/{productKey}/{deviceName}`: firmware update and shadow topics.
bool names_at_the_end(const DeviceNames& names, Cursor cursor) {
  return !cursor.take_level().empty() && cursor.take("/") && cursor.take_names(names) && cursor.at_end();
}

/// `/ext/{service}` belongs to whoever is connected, `/ext/{service}/{productKey}/{deviceName}/…` to the named device, and what
/// follows `/ext/rrpc/` is a message id and a topic of the caller's choice.
bool is_own_ext_topic(const DeviceNames& names, Cursor cursor) {
  if (cursor.take("rrpc/")) return !cursor.at_end();
  const std::string_view service = cursor.take_level();
  if (service.empty() || service == "+" || service == "#") return false;
  if (cursor.at_end()) return true;
  return cursor.take("/") && cursor.take_names(names) && cursor.at_level_end();
}

bool is_own_topic(const DeviceNames& names, std::string_view topic) {
  Cursor cursor(topic);
  if (cursor.take("/sys/")) return cursor.take_names(names) && cursor.take("/") && !cursor.at_end();
  if (cursor.take("/ota/device/")) return names_at_the_end(names, cursor);
  if (cursor.take("/ext/")) return is_own_ext_topic(names, cursor);
  if (cursor.take("/shadow/")) return names_at_the_end(names, cursor);
  return cursor.take("/") && cursor.take_names(names) && cursor.take("/") && !cursor.at_end();
}

// Behind `/sys/{productKey}/{deviceName}/`: the published list of automatic subscriptions, and thing/bootstrap/notify, which the C
// SDK could not hear otherwise. The most frequent one stands first.
constexpr std::array<std::string_view, 46> auto_system_filters = {
    "thing/event/+/post_reply",
    "thing/bootstrap/notify",
    "thing/service/property/set",
    "thing/service/property/get",
    "thing/service/+",
    "thing/event/property/history/post_reply",
    "thing/event/property/batch/post_reply",
    "thing/event/property/pack/post_reply",
    "thing/model/down_raw",
    "thing/model/up_raw_reply",
    "thing/deviceinfo/update_reply",
    "thing/deviceinfo/delete_reply",
    "thing/deviceinfo/get_reply",
    "thing/dynamicTsl/get_reply",
    "thing/dsltemplate/get_reply",
    "rrpc/request/+",
    "thing/gateway/permit",
    "thing/topo/change",
    "thing/topo/add/notify",
    "thing/topo/add_reply",
    "thing/topo/delete_reply",
    "thing/topo/get_reply",
    "thing/sub/register_reply",
    "thing/sub/unregister_reply",
    "thing/list/found_reply",
    "thing/disable",
    "thing/log/post_reply",
    "thing/config/log/push",
    "thing/config/log/get_reply",
    "thing/disable_reply",
    "thing/config/push",
    "thing/config/get_reply",
    "thing/property/desired/get_reply",
    "thing/property/desired/delete_reply",
    "thing/reset_reply",
    "thing/bootstrap/config/push",
    "thing/job/notify",
    "thing/job/get_reply",
    "thing/job/update_reply",
    "thing/ota/firmware/get_reply",
    "_thing/event/notify",
    "_thing/service/post_reply",
    "thing/awss/+",
    "thing/awss/+/+",
    "thing/lan/+",
    "thing/lan/+/+",
};

constexpr std::string_view unpublished_system_filter = "thing/bootstrap/notify";

bool is_auto_subscribed_elsewhere(const DeviceNames& names, std::string_view topic, AutoSubscriptions which) {
  Cursor cursor(topic);
  if (cursor.take("/ota/device/upgrade/") || cursor.take("/ota/device/request/") || cursor.take("/shadow/get/"))
    return cursor.take_names(names) && cursor.at_end();
  const bool is_published = which == AutoSubscriptions::published;
  if (topic == "/ext/notify" || topic == "/ext/error") return !is_published;
  if (is_published && (topic.starts_with("/ext/ntp/") || topic.starts_with("/ext/error/"))) return false;
  if (cursor.take("/ext/ntp/")) return cursor.take_names(names) && cursor.rest() == "/response";
  if (cursor.take("/ext/error/")) return cursor.take_names(names) && cursor.at_end();
  return cursor.take("/ext/session/") && cursor.take_names(names) && cursor.rest().starts_with("/combine/") &&
         cursor.rest().ends_with("_reply");
}

}  // namespace

bool may_publish(const DeviceNames& names, std::string_view topic) { return is_own_topic(names, topic); }

bool may_subscribe(const DeviceNames& names, std::string_view filter) {
  Cursor cursor(filter);
  if (cursor.take("/broadcast/")) return cursor.take(names.product_key) && cursor.take("/") && !cursor.at_end();
  return is_own_topic(names, filter);
}

bool is_custom_topic(const DeviceNames& names, std::string_view topic) {
  Cursor cursor(topic);
  return cursor.take("/") && cursor.take_names(names) && cursor.take("/user/") && !cursor.at_end();
}

std::string_view system_tail(const DeviceNames& names, std::string_view topic) {
  Cursor cursor(topic);
  if (!cursor.take("/sys/") || !cursor.take_names(names) || !cursor.take("/")) return {};
  return cursor.rest();
}

std::optional<CutTopic> cut_at_names(std::string_view topic) {
  Cursor cursor(topic);
  if (cursor.take("/ext/rrpc/")) return CutTopic{.prefix = "/ext/rrpc/", .names = {}, .tail = cursor.rest()};
  if (cursor.take("/ota/device/") || cursor.take("/shadow/") || cursor.take("/ext/")) {
    cursor.take_level();
    if (!cursor.take("/")) return std::nullopt;
  } else if (!cursor.take("/sys/") && !cursor.take("/")) {
    return std::nullopt;
  }
  CutTopic cut;
  cut.prefix = topic.substr(0, topic.size() - cursor.rest().size());
  cut.names.product_key = cursor.take_level();
  if (!cursor.take("/")) return std::nullopt;
  cut.names.device_name = cursor.take_level();
  cursor.take("/");
  cut.tail = cursor.rest();
  return cut;
}

std::optional<DeviceNames> names_in(std::string_view topic) {
  const auto cut = cut_at_names(topic);
  if (!cut) return std::nullopt;
  const bool are_names = !cut->names.product_key.empty() && !cut->names.device_name.empty() &&
                         cut->names.product_key.find_first_of("+#") == std::string_view::npos &&
                         cut->names.device_name.find_first_of("+#") == std::string_view::npos;
  if (!are_names) return std::nullopt;
  return cut->names;
}

bool within_topic_limits(const Limits& limits, std::string_view topic) {
  if (topic.size() > topic_bytes_hard_max) return false;
  if (limits.mode == LimitsMode::unlimited) return true;
  if (topic.size() > limits.topic_bytes) return false;
  // The platform's own topics go deeper than those it lets others define: thing/event/property/history/post has eight.
  if (topic.starts_with("/sys/")) return true;
  return static_cast<std::size_t>(std::count(topic.begin(), topic.end(), '/')) <= limits.topic_slashes;
}

bool is_auto_subscribed(const DeviceNames& names, std::string_view topic, AutoSubscriptions which) {
  const std::string_view tail = system_tail(names, topic);
  if (tail.empty()) return is_auto_subscribed_elsewhere(names, topic, which);
  if (which == AutoSubscriptions::published && tail == unpublished_system_filter) return false;
  return std::any_of(auto_system_filters.begin(), auto_system_filters.end(),
                     [tail](std::string_view filter) { return matches(filter, tail); });
}

}  // namespace fleetsim::platform::mqtt
