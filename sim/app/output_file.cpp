#include "sim/app/output_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

namespace fleetsim::sim {

std::string probe_output(const std::string& path) {
  if (path.empty() || path == "-") return {};
  const bool was_there = ::access(path.c_str(), F_OK) == 0;
  std::FILE* file = std::fopen(path.c_str(), "ab");
  if (file == nullptr) return fmt::format("cannot write {}: {}", path, std::strerror(errno));
  std::fclose(file);
  if (!was_there) std::remove(path.c_str());
  return {};
}

std::string write_output(const std::string& path, std::string_view bytes) {
  const bool is_stdout = path == "-";
  std::FILE* file = is_stdout ? stdout : std::fopen(path.c_str(), "wb");
  if (file == nullptr) return fmt::format("cannot write {}: {}", path, std::strerror(errno));
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const bool closed = (is_stdout ? std::fflush(file) : std::fclose(file)) == 0;
  return written && closed ? std::string{} : fmt::format("cannot write {}: {}", path, std::strerror(errno));
}

}  // namespace fleetsim::sim
