// Which topics are a device's own, how long a topic may be, and what `_ss=1` subscribes a device to.
// Wildcards are allowed only behind the device's own names, so a filter can never reach another device.
#pragma once

#include <optional>
#include <string_view>

#include "platform-mock/core/mqtt/connect_auth.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform::mqtt {

/// Also when `limits` is unlimited: what is answered on a topic must have room for the topic, and events keep a part of it.
inline constexpr std::size_t topic_bytes_hard_max = 1024;

bool may_publish(const DeviceNames& names, std::string_view topic);
/// Precondition: the filter is well-formed.
bool may_subscribe(const DeviceNames& names, std::string_view filter);

/// `/{productKey}/{deviceName}/user/…`: the only topics that a device may hear itself on.
bool is_custom_topic(const DeviceNames& names, std::string_view topic);

/// The part of `topic` behind `/sys/{productKey}/{deviceName}/`; empty when it does not begin so.
std::string_view system_tail(const DeviceNames& names, std::string_view topic);

/// A topic or filter in its parts: `/sys/`, `/ota/device/inform/`, `/ext/ntp/`, … before the names, and what stands behind them.
struct CutTopic {
  std::string_view prefix;
  DeviceNames names;      // empty behind `/ext/rrpc/`
  std::string_view tail;  // without its slash; may be empty
};
/// Nothing when no names can stand in it.
std::optional<CutTopic> cut_at_names(std::string_view topic);

/// The device that a topic or filter of a device speaks of; nothing when it speaks of none. Wildcards are no names.
std::optional<DeviceNames> names_in(std::string_view topic);

bool within_topic_limits(const Limits& limits, std::string_view topic);

/// True when a device that sent `_ss=1` receives `topic` without having subscribed: what is on the published list, or also what must be on
/// it for devices to work.
bool is_auto_subscribed(const DeviceNames& names, std::string_view topic, AutoSubscriptions which);

}  // namespace fleetsim::platform::mqtt
