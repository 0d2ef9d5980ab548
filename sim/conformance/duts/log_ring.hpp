// What a device under test prints: the last of it, line by line, for whoever reads the verdict. However much it prints, no more than this
// is kept; and a secret that it shows is noticed, and not shown again.
//
//   LogRing log({secret});
//   log.take(bytes, now);
//   if (log.secret_shown_at()) …
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

struct LogLine {
  Instant at{};  // when its first byte came
  std::string text;
};

class LogRing {
 public:
  static constexpr std::size_t lines_max = 400;
  static constexpr std::size_t line_bytes_max = 500;  // of a longer one the rest is dropped

  /// Empty ones are no secrets.
  explicit LogRing(std::vector<std::string> secrets);

  void take(std::string_view bytes, Instant now);
  /// The last ones, whole or not; the one that is not ended yet too.
  std::vector<LogLine> lines() const;
  /// The last one that is not empty; "": there is none.
  std::string last_line() const;
  std::uint64_t bytes_taken() const { return bytes_taken_; }
  std::uint64_t lines_dropped() const { return lines_dropped_; }
  std::optional<Instant> secret_shown_at() const { return secret_shown_at_; }

 private:
  void look_for_secrets(std::string_view bytes, Instant now);
  std::string shown(std::string text) const;
  void end_line();

  std::vector<std::string> secrets_;
  std::size_t longest_ = 0;  // of them
  std::string tail_;         // of what came last: a secret may lie across two pieces
  std::deque<LogLine> lines_;
  LogLine open_;
  std::uint64_t bytes_taken_ = 0;
  std::uint64_t lines_dropped_ = 0;
  std::optional<Instant> secret_shown_at_;
};

}  // namespace fleetsim::sim
