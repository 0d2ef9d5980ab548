#include "sim/live/clock_file.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>

namespace fleetsim::sim {

std::optional<Duration> clock_error_of(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  constexpr std::int64_t seconds_max = std::int64_t{100} * 366 * 86'400;
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
  if (text.starts_with("+-")) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t seconds = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (wrong != std::errc{} || end != text.data() + text.size() || seconds > seconds_max || seconds < -seconds_max) return std::nullopt;
  return std::chrono::seconds{seconds};
}

Duration ClockFile::error() {
  struct stat now {};
  if (path_.empty() || ::stat(path_.c_str(), &now) != 0) return error_;
  const bool is_known = now.st_ino == seen_.st_ino && now.st_size == seen_.st_size && now.st_mtim.tv_sec == seen_.st_mtim.tv_sec &&
                        now.st_mtim.tv_nsec == seen_.st_mtim.tv_nsec;
  if (is_known) return error_;
  seen_ = now;
  std::ifstream file(path_);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  error_ = clock_error_of(text).value_or(error_);
  return error_;
}

}  // namespace fleetsim::sim
