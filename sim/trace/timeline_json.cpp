#include "sim/trace/timeline_json.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <variant>

#include "sim/events/event_line.hpp"
#include "sim/report/json_writer.hpp"

namespace fleetsim::sim {
namespace {

void write_moment(JsonWriter& json, std::string_view name, std::optional<Instant> at) {
  if (at) json.field(name, static_cast<double>(at->time_since_epoch().count()) / microseconds_per_second);
}

void write_texts(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

std::string address_text_of(const IpAddress& address) {
  std::array<char, IpAddress::text_bytes_max> room{};
  return std::string(address.format(room));
}

void write_field_value(JsonWriter& json, const FieldValue& value) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return write_texts(json, *texts);
  if (const auto* text = std::get_if<std::string>(&value)) return json.value(*text);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return json.value(*number);
  json.value(std::get<bool>(value));
}

void write_place(JsonWriter& json, const Timeline& timeline, const TimelineEntry& entry) {
  json.field("leg", entry.leg == device::Leg::mqtt ? "mqtt" : "bootstrap");
  json.field("connection", entry.connection);
  if (entry.is_kept_back) return json.field("kept_back", true);
  json.field("endpoint", timeline.head.endpoint_name(entry.endpoint));
}

void write_direction(JsonWriter& json, const TimelineEntry& entry) {
  json.field("direction", entry.direction == Direction::up ? "up" : "down");
  json.field("arrives", entry.arrives);
}

void write_link(JsonWriter& json, const Timeline& timeline, const TimelineEntry& entry) {
  write_place(json, timeline, entry);
  json.field("what", link_stage_name(entry.moment));
  switch (entry.moment) {
    case LinkStage::opening:
      json.field("device_address", address_text_of(entry.device_address));
      json.field("device_port", entry.device_port);
      json.field("platform_address", address_text_of(entry.platform_address));
      json.field("platform_port", entry.platform_port);
      return;
    case LinkStage::opened:
      return;
    case LinkStage::failed:
      return json.field("end", link_end_text(entry.end));
    case LinkStage::finished:
    case LinkStage::reset:
      return write_direction(json, entry);
  }
}

void write_message(JsonWriter& json, const Timeline& timeline, const TimelineEntry& entry) {
  const DecodedMessage& message = entry.message;
  write_place(json, timeline, entry);
  write_direction(json, entry);
  json.field("protocol", entry.leg == device::Leg::mqtt ? "mqtt" : "http");
  json.field("name", message.name);
  json.field("summary", message.summary);
  json.field("bytes", message.place.size());
  json.field("secrets", message.secrets.size());
  json.field("reading", reading_name(message.reading));
  if (!message.problem.empty()) json.field("problem", message.problem);
  json.key("fields");
  json.begin_object();
  for (const MessageField& field : message.fields) {
    json.key(field.name);
    write_field_value(json, field.value);
  }
  json.end_object();
}

void write_note(JsonWriter& json, const TraceNote& note) {
  json.field("side", side_name(note.side));
  json.field("what", note.kind);
  if (!note.instance.empty()) json.field("instance", note.instance);
  if (!note.detail.empty()) json.field("detail", without_secrets(note.detail, find_secrets(note.detail)));
  if (note.code != 0) json.field("code", note.code);
}

void write_entry(JsonWriter& json, const Timeline& timeline, const TimelineEntry& entry) {
  json.begin_object();
  write_moment(json, "t", entry.at.first());
  write_moment(json, "device_t", entry.at.device);
  write_moment(json, "platform_t", entry.at.platform);
  switch (entry.kind) {
    case TimelineEntry::Kind::link:
      json.field("kind", "link");
      write_link(json, timeline, entry);
      break;
    case TimelineEntry::Kind::message:
      json.field("kind", "message");
      write_message(json, timeline, entry);
      break;
    case TimelineEntry::Kind::note:
      json.field("kind", "note");
      write_note(json, entry.note);
      break;
  }
  json.end_object();
}

}  // namespace

std::string timeline_json(const Timeline& timeline) {
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::indented);
  json.begin_object();
  json.field("schema_version", replay_schema_version);
  json.field("scenario", timeline.head.scenario);
  json.field("seed", timeline.head.seed);
  if (!timeline.head.trace_hash.empty()) json.field("trace_hash", timeline.head.trace_hash);
  json.key("device");
  json.begin_object();
  json.field("name", timeline.head.device);
  json.field("position", timeline.head.position);
  if (!timeline.head.group.empty()) json.field("group", timeline.head.group);
  json.end_object();
  if (timeline.until != kNever) write_moment(json, "until", timeline.until);
  json.key("entries");
  json.begin_array();
  for (const TimelineEntry& entry : timeline.entries) write_entry(json, timeline, entry);
  json.end_array();
  json.key("left_out");
  json.begin_object();
  json.field("events", timeline.events_left_out);
  json.field("notes", timeline.notes_left_out);
  json.end_object();
  json.key("contradictions");
  write_texts(json, timeline.contradictions);
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace fleetsim::sim
