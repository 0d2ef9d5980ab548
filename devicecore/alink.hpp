// The thing model's messages that a device core itself sends and understands: topics under /sys/{pk}/{dn}/ and the Alink JSON in
// them.
//
//   if (classify_topic(message.topic, identity) == AlinkTopic::notify) {
//     auto notify = parse_notify(message.payload);
//     if (notify) put_reply(text, notify->verbatim_id, 200);
//   }
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/device_event.hpp"
#include "devicecore/endpoint.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

enum class AlinkTopic : std::uint8_t {
  property_post,
  property_post_reply,
  property_set,
  property_set_reply,
  notify,
  notify_reply,
  endpoint_push,
  endpoint_push_reply,
  config_push,
  config_push_reply,
  version_inform,
  upgrade_offer,
  upgrade_progress,
  upgrade_query_reply,
  shadow_update,
  shadow_get,
  clock_request,
  clock_response,
  reply,  // to any other request: a topic of this device that ends in _reply
  other,
};

/// `other` for topics of other devices, too.
AlinkTopic classify_topic(std::string_view topic, const Identity& identity);
/// Precondition: `kind` is neither reply nor other.
void put_topic(TextWriter& text, const Identity& identity, AlinkTopic kind);

/// The platform says that something about the endpoint changed.
struct Notify {
  std::string_view id;           // for people: without quotes
  std::string_view verbatim_id;  // for the reply: with the quotes, if it came with any
  std::int32_t command = 0;      // 0: ask the global endpoint again
};
/// Every field must be there: id (a string or number of at most limits::alink_id_bytes_max), method thing.bootstrap.notify,
/// params.cmd (a number, or one in quotes as some platforms send it).
std::optional<Notify> parse_notify(ByteView payload);
enum class NotifyReply : std::uint8_t {
  understood_commands,  // 200 to command 0, 460 to others
  every_command,        // 200, whatever the number
  none,
};

enum class AfterNotify : std::uint8_t {
  move,               // DISCONNECT, then ask the global endpoint
  forget_and_move,    // the stored endpoint goes first
  forget_and_reboot,  // likewise, and RAM with it
};

/// What a firmware makes of a notify, as data of its profile.
struct NotifyDialect {
  std::optional<Notify> (*read)(ByteView payload) = &parse_notify;
  NotifyReply reply = NotifyReply::understood_commands;
  AfterNotify then = AfterNotify::move;
  bool obeys_endpoint_push = false;  // thing/bootstrap/config/push: go to the endpoint in the message, without bootstrap
};

/// The platform names the endpoint itself: params.endpoint.mqtt.host and .port.
struct EndpointPush {
  std::string_view id;
  std::string_view verbatim_id;
  Failure failure = Failure::none;  // else what is wrong with the endpoint
  Endpoint endpoint;
};
/// Nothing when it is no JSON or has no usable id.
std::optional<EndpointPush> parse_endpoint_push(ByteView payload);

/// The id alone, of a message that is not a whole notify; empty when there is none.
std::string_view read_message_id(ByteView payload);

/// The answer to a request of ours.
struct AlinkReply {
  std::uint32_t id = 0;
  std::int32_t code = 0;
  std::string_view data;  // as it came; empty when there is none
};
/// Nothing when it is no JSON, or its id is none that we can have sent.
std::optional<AlinkReply> parse_reply(ByteView payload);

/// A request of the platform that wants a reply.
struct AlinkOrder {
  std::string_view id;
  std::string_view verbatim_id;
  std::string_view params;  // the JSON value
};
/// Nothing when it is no JSON, or has no usable id or no params.
std::optional<AlinkOrder> parse_order(ByteView payload);

/// `pattern` with "{}" replaced by {pk}/{dn}.
void put_filter(TextWriter& text, const Identity& identity, std::string_view pattern);

/// {"id":<verbatim_id>,"code":<code>,"data":{}}
void put_reply(TextWriter& text, std::string_view verbatim_id, std::uint32_t code);
/// The envelope of thing.event.property.post around `params_json`, a JSON object.
void put_property_post(TextWriter& text, std::uint32_t id, std::string_view params_json);

}  // namespace fleetsim::device
