#include "sim/live/ca_file.hpp"

#include <cstdlib>
#include <unistd.h>

namespace fleetsim::sim {

std::string CaFile::write(std::string_view pem) {
  const char* folder = std::getenv("TMPDIR");
  std::string path = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/fleetsim-ca-XXXXXX";
  const int fd = ::mkstemp(path.data());
  if (fd < 0) return {};
  const ssize_t written = ::write(fd, pem.data(), pem.size());
  ::close(fd);
  if (written == static_cast<ssize_t>(pem.size())) return path;
  ::unlink(path.c_str());
  return {};
}

CaFile::~CaFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

}  // namespace fleetsim::sim
