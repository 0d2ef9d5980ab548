// The thing model's requests beside the property post: each has a topic, a method and parameters, and is answered with its id on the topic
// with _reply behind it. One table; a new request is a line in it.
//
//   put_request_topic(topic, identity, AlinkRequest::event_post, "alarm");   // /sys/{pk}/{dn}/thing/event/alarm/post
//   put_request(text, AlinkRequest::event_post, "alarm", 7, R"({"value":{},"time":1})");
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devicecore/identity.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

enum class AlinkRequest : std::uint8_t {
  event_post,  // of the event with this name
  desired_get,
  desired_delete,
  tags_update,
  tags_delete,
  tags_get,
  config_get,
  upgrade_query,
  topology_add,
  topology_delete,
  topology_get,
  sub_register,
  sub_login,
  sub_logout,
};

inline constexpr std::size_t alink_request_count = 14;

/// What may stand in a topic for a name: letters, digits, '_', '-', '.' and ':'; 1 to limits::alink_name_bytes_max. Only event_post has
/// one.
bool is_request_name(AlinkRequest what, std::string_view name);

void put_request_topic(TextWriter& text, const Identity& identity, AlinkRequest what, std::string_view name);
/// `params_json` is a JSON value.
void put_request(TextWriter& text, AlinkRequest what, std::string_view name, std::uint32_t id, std::string_view params_json);

}  // namespace fleetsim::device
