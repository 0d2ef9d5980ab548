#include "sim/trace/timeline_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "sim/events/event_line.hpp"
#include "sim/report/number_text.hpp"
#include "sim/trace/plain_text.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t time_columns = 13;
constexpr std::size_t where_columns_max = 26;
constexpr std::size_t gap = 2;

std::string time_text(std::optional<Instant> at) {
  if (!at) return std::string(time_columns, ' ');
  const std::int64_t us = at->time_since_epoch().count();
  return fmt::format("{:>{}}.{:06}", us / 1'000'000, time_columns - 7, us % 1'000'000);
}

std::string address_text(const IpAddress& address, std::uint16_t port) {
  std::array<char, IpAddress::text_bytes_max> room{};
  const std::string_view text = address.format(room);
  return address.is_v4() ? fmt::format("{}:{}", text, port) : fmt::format("[{}]:{}", text, port);
}

std::string_view arrow(const TimelineEntry& entry) {
  if (entry.kind == TimelineEntry::Kind::note) return " ";
  if (entry.kind == TimelineEntry::Kind::message) return entry.direction == Direction::up ? "→" : "←";
  switch (entry.moment) {
    case LinkStage::opening:
      return "→";
    case LinkStage::opened:
      return "=";
    case LinkStage::failed:
      return "x";
    case LinkStage::finished:
    case LinkStage::reset:
      return entry.direction == Direction::up ? "→" : "←";
  }
  return " ";
}

std::string what_of_link(const TimelineEntry& entry) {
  switch (entry.moment) {
    case LinkStage::opening:
      if (entry.is_kept_back) return "- opening, kept from the network";
      return fmt::format("- opening, {} to {}", address_text(entry.device_address, entry.device_port),
                         address_text(entry.platform_address, entry.platform_port));
    case LinkStage::opened:
      return "- open";
    case LinkStage::failed:
      return fmt::format("- failed: {}", link_end_text(entry.end));
    case LinkStage::finished:
      return "- end of stream";
    case LinkStage::reset:
      return "- reset";
  }
  return {};
}

std::string what_of_message(const DecodedMessage& message) {
  std::string text = message.name;
  if (message.reading != Reading::whole) text += fmt::format(" [{}]", reading_name(message.reading));
  if (!message.summary.empty()) text += " " + message.summary;
  return text;
}

std::string what_of_note(const TraceNote& note) {
  std::string text = fmt::format("{}: {}", side_name(note.side), note.kind);
  if (!note.instance.empty()) text += " " + note.instance;
  if (!note.detail.empty()) text += " " + plain_text(without_secrets(note.detail, find_secrets(note.detail)), timeline_columns * 4);
  if (note.code != 0) text += fmt::format(" code {}", note.code);
  return text;
}

std::string what_of(const TimelineEntry& entry) {
  switch (entry.kind) {
    case TimelineEntry::Kind::link:
      return what_of_link(entry);
    case TimelineEntry::Kind::message:
      return what_of_message(entry.message);
    case TimelineEntry::Kind::note:
      return what_of_note(entry.note);
  }
  return {};
}

std::string where_of(const Timeline& timeline, const TimelineEntry& entry) {
  if (entry.kind == TimelineEntry::Kind::note) return {};
  if (entry.is_kept_back) return entry.leg == device::Leg::mqtt ? "mqtt" : "bootstrap";  // it has led nowhere
  const std::string number = fmt::format(" #{}", entry.connection);
  const bool download = entry.leg == device::Leg::bootstrap && entry.endpoint != wire_bootstrap;
  const std::string name = timeline.head.endpoint_name(entry.endpoint) + (download ? " http" : "");
  return shortened(name, where_columns_max - number.size()) + number;
}

/// The first so many columns of the text, up to the end of a word if there is one near; taken off its front.
std::string take_row(std::string_view& text, std::size_t columns) {
  constexpr std::string_view word_ends = " ,&;/";
  std::size_t bytes = 0;
  std::size_t word_end = 0;
  for (std::size_t taken = 0; bytes < text.size(); ++bytes) {
    const bool begins_letter = (static_cast<unsigned char>(text[bytes]) & 0xc0U) != 0x80;
    if (begins_letter && ++taken > columns) break;
    if (word_ends.find(text[bytes]) != std::string_view::npos) word_end = bytes + 1;
  }
  if (bytes < text.size() && word_end > bytes / 2) bytes = word_end;
  std::string row(text.substr(0, bytes));
  text.remove_prefix(bytes);
  return row;
}

void append_row(std::string& out, std::string row) {
  row.erase(row.find_last_not_of(' ') + 1);
  out.append(row).append("\n");
}

std::string moment_or_never(const TimelineEntry& entry, WireEnd end) {
  const WireEnd receiver = entry.direction == Direction::up ? WireEnd::platform : WireEnd::device;
  if (!entry.arrives && end == receiver) return fmt::format("{:>{}}", "never", time_columns);
  return time_text(entry.at.of(end));
}

void append_entry(std::string& out, const Timeline& timeline, const TimelineEntry& entry, std::size_t where_columns) {
  std::string front = fmt::format("{} {} {}  {}  ", moment_or_never(entry, WireEnd::device), arrow(entry),
                                  moment_or_never(entry, WireEnd::platform), padded_right(where_of(timeline, entry), where_columns));
  const std::size_t front_columns = columns_of(front);
  const std::size_t columns = timeline_columns - front_columns;
  const std::string what = what_of(entry);
  std::string_view rest = what;
  for (std::size_t row = 1; row == 1 || !rest.empty(); ++row) {
    if (row == timeline_rows_per_entry && columns_of(rest) > columns) {
      append_row(out, front + shortened(rest, columns));
      return;
    }
    append_row(out, front + take_row(rest, columns));
    front.assign(front_columns, ' ');
  }
}

std::string head_text(const Timeline& timeline) {
  const TimelineHead& head = timeline.head;
  std::string text = fmt::format("  {} · seed {} · {} (device {}{}{})", head.scenario, head.seed, head.device, head.position,
                                 head.group.empty() ? "" : " of ", head.group);
  if (timeline.until != kNever)
    text +=
        fmt::format(" · until {}", seconds_text(static_cast<double>(timeline.until.time_since_epoch().count()) / microseconds_per_second));
  text += "\n";
  if (!head.trace_hash.empty()) text += fmt::format("  trace hash of the run {}\n", head.trace_hash);
  return text;
}

}  // namespace

TimelineRow timeline_row(const Timeline& timeline, const TimelineEntry& entry) {
  const auto trimmed = [](const std::string& text) { return text.substr(std::min(text.find_first_not_of(' '), text.size())); };
  return {.device_at = trimmed(moment_or_never(entry, WireEnd::device)),
          .platform_at = trimmed(moment_or_never(entry, WireEnd::platform)),
          .arrow = arrow(entry),
          .where = where_of(timeline, entry),
          .what = what_of(entry)};
}

std::string timeline_text(const Timeline& timeline) {
  std::size_t where_columns = columns_of("where");
  for (const TimelineEntry& entry : timeline.entries) where_columns = std::max(where_columns, columns_of(where_of(timeline, entry)));
  std::string out = head_text(timeline) + "\n";
  append_row(out, fmt::format("{:>{}}   {:>{}}  {}  what", "device", time_columns, "platform", time_columns,
                              padded_right("where", where_columns)));
  for (const TimelineEntry& entry : timeline.entries) append_entry(out, timeline, entry, where_columns);
  if (timeline.events_left_out + timeline.notes_left_out > 0)
    out += fmt::format("\n  left out, beyond what is kept of a device: {} wire events, {} notes\n", count_text(timeline.events_left_out),
                       count_text(timeline.notes_left_out));
  for (const std::string& contradiction : timeline.contradictions)
    out += fmt::format("\n  the two ends contradict each other: {}\n", contradiction);
  return out;
}

}  // namespace fleetsim::sim
