// Reads a JSON file that a user names, with messages that say where it is no JSON.
//
//   const auto document = parse_json_object(text, "before.json");
//   if (!document) return fail(document.error());     // "before.json:3:17: no JSON: syntax error"
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"

namespace fleetsim::sim {

inline constexpr std::size_t json_file_bytes_max = std::size_t{64} * 1024 * 1024;

/// All of the file. The error names it.
Result<std::string, std::string> read_text_file(const std::string& path);
/// `file` is for messages only.
Result<boost::json::object, std::string> parse_json_object(std::string_view text, const std::string& file);

}  // namespace fleetsim::sim
