// What `fleetsim platform` says on stderr while it serves: for people, one line for each kind of refusal; or for machines, one JSON object
// a line for each refusal and each state of a job. Secrets are in no event, and so in no line.
//
//   ServeLog log(LogFormat::json);
//   log.note(event);                                   // from any thread
//   {"ts":"2026-11-29T01:02:03.004Z","level":"warn","event":"connect_refused","instance":"iot-060a0b","device":"a1/dev1","code":4,…}
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "platform-mock/core/api/json_writer.hpp"
#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace spdlog {
class logger;
}

namespace fleetsim::platform {

enum class LogFormat : std::uint8_t { text, json };

class ServeLog {
 public:
  static constexpr std::size_t reasons_max = 200;  // different ones, as text; a peer that makes up reasons cannot fill the memory

  /// `out` is where JSON lines go; text goes to stderr.
  explicit ServeLog(LogFormat format, std::FILE* out = stderr);
  /// Of JSON lines; what comes faster is counted and told of in one line.
  void limit(std::uint32_t lines_per_second_max) { lines_per_second_max_ = lines_per_second_max; }
  ~ServeLog();
  ServeLog(const ServeLog&) = delete;
  ServeLog& operator=(const ServeLog&) = delete;

  /// Where lines that came too fast are counted; null: nowhere. It must outlive this.
  void count(LimitCounts* limits) { limits_ = limits; }

  void note(const PlatformEvent& event);
  void warn(std::string_view text);
  /// `event` is a word for machines, `text` the line for people.
  void info(std::string_view event, std::string_view text);
  /// At the end: how often each refusal came that was told once, and how many lines were left out.
  void summarise();

 private:
  // Each of these under the lock.
  void note_text(const PlatformEvent& event);
  void note_json(const PlatformEvent& event);
  void begin_line(std::string_view level, std::string_view event);
  void end_line();
  bool take_line(std::int64_t unix_ms);
  void tell_left_out();

  std::mutex mutex_;  // the server's thread tells of peers, the main one of signals
  LogFormat format_;
  std::FILE* out_;
  std::unique_ptr<spdlog::logger> text_;
  std::map<std::string, std::uint64_t> counts_;  // instance and reason -> refusals
  JsonWriter json_;
  LimitCounts* limits_ = nullptr;
  std::int64_t second_ = 0;
  std::uint32_t lines_ = 0;
  std::uint32_t lines_per_second_max_ = default_limits.log_lines_per_second;
  std::uint64_t left_out_ = 0;
};

}  // namespace fleetsim::platform
