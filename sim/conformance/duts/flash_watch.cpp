#include "sim/conformance/duts/flash_watch.hpp"

#include <array>
#include <cstring>
#include <filesystem>
#include <sys/inotify.h>
#include <system_error>
#include <unistd.h>

namespace fleetsim::sim {
namespace {

namespace files = std::filesystem;

constexpr std::uint32_t events_watched = IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE;

}  // namespace

std::unique_ptr<FlashWatch> FlashWatch::begin(const std::string& folder) {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return nullptr;
  std::unique_ptr<FlashWatch> made(new FlashWatch(fd));
  made->watch(folder);
  if (made->folders_.empty()) return nullptr;
  return made;
}

FlashWatch::~FlashWatch() { ::close(descriptor_); }

void FlashWatch::watch(const std::string& folder) {
  const int number = ::inotify_add_watch(descriptor_, folder.c_str(), events_watched);
  if (number < 0) return;
  folders_[number] = folder;
  std::error_code gone;
  for (files::directory_iterator entry(folder, gone); !gone && entry != files::directory_iterator(); entry.increment(gone)) {
    std::error_code unknown;
    if (entry->symlink_status(unknown).type() == files::file_type::directory) watch(entry->path().string());
  }
}

std::size_t FlashWatch::begun() {
  std::size_t count = 0;
  alignas(inotify_event) std::array<char, 16384> room{};
  for (ssize_t got = ::read(descriptor_, room.data(), room.size()); got > 0; got = ::read(descriptor_, room.data(), room.size())) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, room.data() + at, sizeof event);
      const std::string name = event.len > 0 ? std::string(room.data() + at + sizeof event) : std::string{};
      at += sizeof event + event.len;
      const auto folder = folders_.find(event.wd);
      if (folder == folders_.end()) continue;
      const std::string path = folder->second + "/" + name;
      if ((event.mask & IN_ISDIR) != 0) {
        if ((event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) watch(path);
      } else if ((event.mask & IN_MODIFY) != 0) {
        count += open_.insert(path).second ? 1U : 0U;
      } else if ((event.mask & (IN_CLOSE_WRITE | IN_MOVED_FROM | IN_DELETE)) != 0) {
        open_.erase(path);  // one that has another name by now was whole before it got it
      }
    }
  }
  return count;
}

void FlashWatch::tear() {
  for (const std::string& path : open_) {
    std::error_code gone;
    if (files::symlink_status(path, gone).type() != files::file_type::regular) continue;
    const auto size = files::file_size(path, gone);
    if (!gone) files::resize_file(path, size / 2, gone);
  }
  open_.clear();
}

}  // namespace fleetsim::sim
