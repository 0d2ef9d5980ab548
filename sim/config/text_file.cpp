#include "sim/config/text_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <sys/stat.h>

namespace fleetsim::sim {

std::optional<std::string> read_text_file(const std::string& path, const TextFileOptions& options, Diagnostics& diagnostics) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    diagnostics.error(options.wanted_at, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    return std::nullopt;
  }
  if (S_ISDIR(info.st_mode)) {
    diagnostics.error(options.wanted_at, fmt::format("cannot read {}: it is a directory, a file was expected", path));
    return std::nullopt;
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream{std::fopen(path.c_str(), "rb"), &std::fclose};
  if (!stream) {
    diagnostics.error(options.wanted_at, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    return std::nullopt;
  }
  std::string text;
  char chunk[65536];
  while (const std::size_t got = std::fread(chunk, 1, sizeof chunk, stream.get())) {
    text.append(chunk, got);
    if (text.size() > options.bytes_max) {
      diagnostics.error(options.wanted_at, fmt::format("cannot read {}: longer than {} bytes", path, options.bytes_max));
      return std::nullopt;
    }
  }
  if (std::ferror(stream.get()) != 0) {
    diagnostics.error(options.wanted_at, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    return std::nullopt;
  }
  return text;
}

}  // namespace fleetsim::sim
