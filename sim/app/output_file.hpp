// Files that a verb writes at its end: whether they can be written is told at its beginning. "-" is standard output.
//
//   if (const std::string wrong = probe_output(path); !wrong.empty()) return refuse(ExitCode::usage, wrong, {});
//   const std::string lost = write_output(path, text);
#pragma once

#include <string>
#include <string_view>

namespace fleetsim::sim {

/// What is wrong with the place, or nothing. Leaves no file behind. An empty path is fine.
std::string probe_output(const std::string& path);
/// What went wrong, or nothing.
std::string write_output(const std::string& path, std::string_view bytes);

}  // namespace fleetsim::sim
