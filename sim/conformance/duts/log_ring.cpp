#include "sim/conformance/duts/log_ring.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {
namespace {

bool prints_nothing(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

}  // namespace

LogRing::LogRing(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase_if(secrets_, [](const std::string& secret) { return secret.empty(); });
  for (const std::string& secret : secrets_) longest_ = std::max(longest_, secret.size());
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
    // So much more that a secret which begins in what is shown is whole, and found. A terminal must not obey what a device prints.
    if (open_.text.size() < line_bytes_max + longest_ && c != '\r') open_.text += prints_nothing(c) ? ' ' : c;
  }
}

void LogRing::end_line() {
  lines_.push_back(std::exchange(open_, {}));
  if (lines_.size() <= lines_max) return;
  lines_.pop_front();
  ++lines_dropped_;
}

void LogRing::look_for_secrets(std::string_view bytes, Instant now) {
  if (longest_ == 0) return;
  tail_ += bytes;
  for (const std::string& secret : secrets_)
    if (!secret_shown_at_ && tail_.find(secret) != std::string::npos) secret_shown_at_ = now;
  if (tail_.size() >= longest_) tail_.erase(0, tail_.size() - longest_ + 1);
}

std::string LogRing::shown(std::string text) const {
  for (const std::string& secret : secrets_)
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) text.replace(at, secret.size(), "***");
  if (text.size() > line_bytes_max) text.resize(line_bytes_max);
  return text;
}

std::vector<LogLine> LogRing::lines() const {
  std::vector<LogLine> all;
  for (const LogLine& line : lines_) all.push_back({line.at, shown(line.text)});
  if (!open_.text.empty()) all.push_back({open_.at, shown(open_.text)});
  return all;
}

std::string LogRing::last_line() const {
  if (!open_.text.empty()) return shown(open_.text);
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
    if (!line->text.empty()) return shown(line->text);
  return {};
}

}  // namespace fleetsim::sim
