#include "sim/conformance/duts/log_ring.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

LogRing::LogRing(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase_if(secrets_, [](const std::string& secret) { return secret.empty(); });
}

void LogRing::take(std::string_view bytes, Instant now) {
  bytes_taken_ += bytes.size();
  look_for_secrets(bytes, now);
  for (const char c : bytes) {
    if (c == '\n') {
      end_line();
      continue;
    }
    if (open_.text.empty()) open_.at = now;
    if (open_.text.size() < line_bytes_max && c != '\r') open_.text += c;
  }
}

void LogRing::end_line() {
  lines_.push_back(std::exchange(open_, {}));
  if (lines_.size() <= lines_max) return;
  lines_.pop_front();
  ++lines_dropped_;
}

void LogRing::look_for_secrets(std::string_view bytes, Instant now) {
  std::size_t longest = 0;
  for (const std::string& secret : secrets_) longest = std::max(longest, secret.size());
  if (longest == 0) return;
  tail_ += bytes;
  for (const std::string& secret : secrets_)
    if (!secret_shown_at_ && tail_.find(secret) != std::string::npos) secret_shown_at_ = now;
  if (tail_.size() >= longest) tail_.erase(0, tail_.size() - longest + 1);
}

std::string LogRing::without_secrets(std::string text) const {
  for (const std::string& secret : secrets_)
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) text.replace(at, secret.size(), "***");
  return text;
}

std::vector<LogLine> LogRing::lines() const {
  std::vector<LogLine> all;
  for (const LogLine& line : lines_) all.push_back({line.at, without_secrets(line.text)});
  if (!open_.text.empty()) all.push_back({open_.at, without_secrets(open_.text)});
  return all;
}

std::string LogRing::last_line() const {
  if (!open_.text.empty()) return without_secrets(open_.text);
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
    if (!line->text.empty()) return without_secrets(line->text);
  return {};
}

}  // namespace fleetsim::sim
