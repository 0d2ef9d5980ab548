// What MQTT 3.1.1 allows in its strings: well-formed UTF-8 without U+0000 (§1.5.3), topic names without wildcards and filters with
// wildcards in their places (§4.7).
//
//   if (!mqtt::is_topic_name(topic)) return refuse();
#pragma once

#include <cstddef>
#include <string_view>

namespace fleetsim::device::mqtt {

/// The length of a string is a 16-bit field.
inline constexpr std::size_t string_bytes_max = 65535;

/// Well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF) without U+0000.
bool is_mqtt_text(std::string_view text);

/// 1..65535 bytes of MQTT text without '+' and '#'.
bool is_topic_name(std::string_view text);

/// 1..65535 bytes of MQTT text; '+' fills a level alone, '#' fills the last level alone.
bool is_topic_filter(std::string_view text);

}  // namespace fleetsim::device::mqtt
