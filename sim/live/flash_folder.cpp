#include "sim/live/flash_folder.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fleetsim::sim {
namespace {

/// Closes it too.
bool write_and_sync(int fd, ByteView bytes) {
  bool ok = fd >= 0;
  while (ok && !bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    ok = written > 0;
    if (ok) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  ok = ok && ::fdatasync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return ok;
}

}  // namespace

FlashFolder::FlashFolder(std::string folder) : folder_(std::move(folder)) {
  constexpr mode_t for_the_owner = 0700;
  if (::mkdir(folder_.c_str(), for_the_owner) != 0 && errno != EEXIST) {
    problem_ = fmt::format("cannot make the flash folder {}: {}", folder_, std::strerror(errno));
    return;
  }
  const std::string probe = folder_ + "/probe";
  const int fd = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    problem_ = fmt::format("cannot write into the flash folder {}: {}", folder_, std::strerror(errno));
    return;
  }
  ::close(fd);
  ::unlink(probe.c_str());
}

std::string FlashFolder::path_of(std::size_t slot) const { return fmt::format("{}/slot-{}", folder_, slot); }

std::vector<std::uint8_t> FlashFolder::read(std::size_t slot) const {
  std::ifstream file(path_of(slot), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool FlashFolder::write(std::size_t slot, ByteView bytes) {
  const std::string path = path_of(slot);
  const std::string beside = path + ".new";
  if (!write_and_sync(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), bytes)) return false;
  return std::rename(beside.c_str(), path.c_str()) == 0;
}

bool FlashFolder::write_image(std::size_t offset, ByteView bytes) {
  const std::string path = folder_ + "/image";
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (offset == 0 ? O_TRUNC : 0), 0600);
  if (fd < 0) return false;
  if (::lseek(fd, static_cast<off_t>(offset), SEEK_SET) < 0) {
    ::close(fd);
    return false;
  }
  return write_and_sync(fd, bytes);
}

}  // namespace fleetsim::sim
