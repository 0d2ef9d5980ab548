#include "platform-mock/server/serve_log.hpp"

#include <array>
#include <chrono>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/mqtt/decoder.hpp"

namespace fleetsim::platform {
namespace {

bool is_refusal(PlatformEventKind kind) {
  return kind == PlatformEventKind::connect_refused || kind == PlatformEventKind::bootstrap_refused ||
         kind == PlatformEventKind::protocol_violation;
}

/// Names and reasons may come from anybody: what is no text goes into no line.
std::string_view printable(std::string_view text) { return mqtt::is_mqtt_text(text) ? text : std::string_view{"(not UTF-8)"}; }

std::int64_t unix_ms_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

ServeLog::ServeLog(LogFormat format, std::FILE* out) : format_(format), out_(out) {
  if (format == LogFormat::text)
    text_ = std::make_unique<spdlog::logger>("platform", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
}
ServeLog::~ServeLog() = default;

void ServeLog::note(const PlatformEvent& event) {
  const std::lock_guard lock{mutex_};
  const bool matters = is_refusal(event.kind) || event.kind == PlatformEventKind::publish_dropped ||
                       event.kind == PlatformEventKind::job_state_changed || event.kind == PlatformEventKind::misbehaved;
  if (format_ == LogFormat::json && matters) note_json(event);
  if (format_ == LogFormat::text && is_refusal(event.kind)) note_text(event);
}

/// One line for each reason and instance: a thousand devices with one wrong secret are one mistake.
void ServeLog::note_text(const PlatformEvent& event) {
  std::string key = std::string{event.instance} + '\n' + std::string{event.reason};
  const auto known = counts_.find(key);
  if (known != counts_.end()) {
    ++known->second;
    return;
  }
  if (counts_.size() >= reasons_max) return;
  counts_.emplace(std::move(key), 1);
  std::array<char, IpAddress::text_bytes_max> address{};
  // A bootstrap request is anybody's: a name that cannot be one might be a line of a log that was never written.
  const std::string_view who = is_device_name(event.device_name) ? event.device_name : std::string_view{"a peer"};
  text_->warn("{}: {} at {} refused: {} (code {}; said once)", event.instance.empty() ? "bootstrap" : event.instance, who,
              event.peer.format(address), event.reason, event.code);
}

void ServeLog::note_json(const PlatformEvent& event) {
  if (!take_line(unix_ms_now())) return;
  begin_line(event.kind == PlatformEventKind::job_state_changed ? "info" : "warn", event_name(event.kind));
  if (event.kind == PlatformEventKind::bootstrap_refused && event.instance.empty()) {
    json_.member("instance", "bootstrap");
  } else {
    json_.member("instance", printable(event.instance));
  }
  if (!event.region.empty()) json_.member("region", printable(event.region));
  if (is_device_name(event.device_name) && is_product_key(event.product_key))
    json_.member("device", std::string{event.product_key}.append("/").append(event.device_name));
  if (!event.job.empty()) json_.member("job", printable(event.job));
  json_.member("code", event.code).member("reason", printable(event.reason));
  if (event.kind != PlatformEventKind::job_state_changed) {
    std::array<char, IpAddress::text_bytes_max> address{};
    json_.member("peer", event.peer.format(address));
  }
  end_line();
}

void ServeLog::warn(std::string_view text) {
  const std::lock_guard lock{mutex_};
  if (format_ == LogFormat::text) return text_->warn("{}", text);
  begin_line("warn", "warning");
  json_.member("reason", printable(text));
  end_line();
}

void ServeLog::info(std::string_view event, std::string_view text) {
  const std::lock_guard lock{mutex_};
  if (format_ == LogFormat::text) return text_->info("{}", text);
  begin_line("info", event);
  json_.member("reason", printable(text));
  end_line();
}

void ServeLog::summarise() {
  const std::lock_guard lock{mutex_};
  if (format_ == LogFormat::json) return tell_left_out();
  for (const auto& [key, count] : counts_) {
    const std::size_t split = key.find('\n');
    if (count > 1) text_->info("{}: {} times: {}", split == 0 ? "bootstrap" : key.substr(0, split), count, key.substr(split + 1));
  }
}

void ServeLog::begin_line(std::string_view level, std::string_view event) {
  json_.begin();
  json_.member("ts", utc_text(unix_ms_now())).member("level", level).member("event", event);
}

void ServeLog::end_line() {
  const std::string line = std::string{json_.finish()}.append("\n");
  std::fwrite(line.data(), 1, line.size(), out_);
}

/// False: this second has had its lines.
bool ServeLog::take_line(std::int64_t unix_ms) {
  constexpr std::int64_t ms_per_s = 1000;
  if (unix_ms / ms_per_s != second_) {
    second_ = unix_ms / ms_per_s;
    lines_ = 0;
    tell_left_out();
  }
  if (lines_ < lines_per_second_max_) {
    ++lines_;
    return true;
  }
  ++left_out_;
  if (limits_ != nullptr) limits_->reached(LimitKind::log_lines_per_second);
  return false;
}

void ServeLog::tell_left_out() {
  if (left_out_ == 0) return;
  begin_line("warn", "lines_left_out");
  json_.member("count", left_out_).member("reason", "more than " + std::to_string(lines_per_second_max_) + " lines in a second");
  end_line();
  left_out_ = 0;
}

}  // namespace fleetsim::platform
