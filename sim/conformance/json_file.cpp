#include "sim/conformance/json_file.hpp"

#include <algorithm>
#include <boost/json/stream_parser.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <utility>

namespace fleetsim::sim {
namespace {

std::string place_in(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("{}:{}", line, at - line_begin + 1);
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Result<std::string, std::string> read_text_file(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) return fail(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  std::string text;
  constexpr std::size_t at_once = 65536;
  std::string room(at_once, '\0');
  while (const std::size_t some = std::fread(room.data(), 1, room.size(), file.get())) {
    text.append(room, 0, some);
    if (text.size() > json_file_bytes_max) return fail(fmt::format("{} is longer than {} bytes", path, json_file_bytes_max));
  }
  if (std::ferror(file.get()) != 0) return fail(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return text;
}

Result<boost::json::object, std::string> parse_json_object(std::string_view text, const std::string& file) {
  boost::json::stream_parser parser;
  boost::json::error_code error;
  const std::size_t taken = parser.write_some(text.data(), text.size(), error);
  if (!error && text.find_first_not_of(" \t\r\n", taken) != std::string_view::npos)
    return fail(fmt::format("{}:{}: something stands behind the end of the JSON", file, place_in(text, taken)));
  if (!error) parser.finish(error);
  if (error) return fail(fmt::format("{}:{}: no JSON: {}", file, place_in(text, std::min(taken, text.size())), error.message()));
  boost::json::value value = parser.release();
  if (!value.is_object()) return fail(fmt::format("{}: expected a JSON object", file));
  return std::move(value.get_object());
}

}  // namespace fleetsim::sim
