// Reads a whole small file, with errors that say why not.
//
//   auto text = read_text_file("fleet.yaml", {.wanted_at = where_it_is_named, .bytes_max = yaml_bytes_max}, diagnostics);
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sim/config/diagnostics.hpp"

namespace fleetsim::sim {

struct TextFileOptions {
  Position wanted_at;  // blamed in errors
  std::size_t bytes_max = 0;
};

/// Nothing (and an error) when the file is missing, a directory, unreadable or too long.
std::optional<std::string> read_text_file(const std::string& path, const TextFileOptions& options, Diagnostics& diagnostics);

}  // namespace fleetsim::sim
