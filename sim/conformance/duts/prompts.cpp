#include "sim/conformance/duts/prompts.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace fleetsim::sim {

Result<Prompts, std::string> Prompts::open(const std::string& answers_file) {
  if (answers_file.empty()) return Prompts(::isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : -1, false);
  const int fd = ::open(answers_file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return fail(fmt::format("cannot read the answers in {}: {}", answers_file, std::strerror(errno)));
  return Prompts(fd, true);
}

Prompts::Prompts(Prompts&& other) noexcept : fd_(std::exchange(other.fd_, -1)), is_ours_(other.is_ours_), read_(std::move(other.read_)) {}

Prompts::~Prompts() { leave(); }

void Prompts::leave() {
  if (fd_ >= 0 && is_ours_) ::close(fd_);
  fd_ = -1;
}

void Prompts::tell(std::string_view text) {
  std::fputs(fmt::format("{}\n", text).c_str(), stderr);
  std::fflush(stderr);
}

void Prompts::ask(std::string_view text) {
  if (fd_ >= 0 && !is_ours_) {
    ::tcflush(fd_, TCIFLUSH);
    read_.clear();
  }
  tell(fmt::format(">>> {}, then press Enter (\"no\": it cannot be done)", text));
}

std::optional<std::string> Prompts::answer() {
  for (;;) {
    if (const std::size_t end = read_.find('\n'); end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    pollfd there{fd_, POLLIN, 0};
    if (fd_ < 0 || ::poll(&there, 1, 0) <= 0) return std::nullopt;
    std::array<char, 1024> room{};
    const ssize_t got = ::read(fd_, room.data(), room.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      leave();
      if (read_.empty()) return std::nullopt;
      return std::exchange(read_, {});  // a last line without an end
    }
    read_.append(room.data(), static_cast<std::size_t>(got));
  }
}

bool Prompts::is_refusal(std::string_view answer) { return answer == "no" || answer == "n" || answer == "cannot"; }

}  // namespace fleetsim::sim
