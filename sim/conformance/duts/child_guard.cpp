#include "sim/conformance/duts/child_guard.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <map>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "sim/conformance/duts/child_process.hpp"

namespace fleetsim::sim {
namespace {

constexpr char watch_it = '+';
constexpr char forget_it = '-';
constexpr char stand_down = '.';

/// "+mark\0folder\0-mark\0\0": what is whole of it is taken.
void take_orders(std::string& text, std::map<std::string, std::string, std::less<>>& watched) {
  for (;;) {
    const std::size_t mark_end = text.find('\0');
    const std::size_t folder_end = mark_end == std::string::npos ? mark_end : text.find('\0', mark_end + 1);
    if (folder_end == std::string::npos) return;
    const std::string mark = text.substr(1, mark_end - 1);
    if (text.front() == watch_it) watched[mark] = text.substr(mark_end + 1, folder_end - mark_end - 1);
    if (text.front() == forget_it) watched.erase(mark);
    if (text.front() == stand_down) ::_exit(0);
    text.erase(0, folder_end + 1);
  }
}

/// The life of the guard. It holds nothing of fleetsim's: no listening socket, no report, no pipe that somebody waits for.
[[noreturn]] void stand_guard(int orders) {
  ::setsid();  // what is said to the terminal's group is not meant for it
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "fleetsim-guard");
  ::dup2(orders, STDIN_FILENO);
  ::close_range(STDIN_FILENO + 1, ~0U, 0);
  std::map<std::string, std::string, std::less<>> watched;
  std::string text;
  std::array<char, 4096> room{};
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, room.data(), room.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(room.data(), static_cast<std::size_t>(got));
    take_orders(text, watched);
  }
  std::error_code stays;
  for (const auto& [mark, folder] : watched) std::filesystem::remove_all(folder, stays);
  for (const auto& [mark, folder] : watched) {
    kill_strays(mark);
    std::filesystem::remove_all(folder, stays);  // whoever lived on may have made it anew
  }
  ::_exit(0);
}

}  // namespace

ChildGuard::ChildGuard() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  pid_ = ::fork();
  if (pid_ == 0) stand_guard(ends[0]);
  ::close(ends[0]);
  told_ = ends[1];
}

ChildGuard::~ChildGuard() {
  tell(stand_down, {}, {});  // somebody else's fork may hold the other end open
  if (told_ >= 0) ::close(told_);
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

void ChildGuard::watch(std::string_view mark, std::string_view folder) { tell(watch_it, mark, folder); }

void ChildGuard::forget(std::string_view mark) { tell(forget_it, mark, {}); }

void ChildGuard::tell(char what, std::string_view mark, std::string_view folder) {
  if (pid_ <= 0) return;
  std::string text(1, what);
  text.append(mark).push_back('\0');
  text.append(folder).push_back('\0');
  const std::lock_guard lock(mutex_);
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t written = ::send(told_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // somebody has killed the guard: it is no reason to stop
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace fleetsim::sim
