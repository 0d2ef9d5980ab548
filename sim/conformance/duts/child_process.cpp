#include "sim/conformance/duts/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <poll.h>
#include <set>
#include <string_view>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace fleetsim::sim {
namespace {

constexpr std::size_t read_bytes_max = std::size_t{1} << 20;
constexpr int unclear_rounds_max = 5;  // for those that are just becoming another program; some have no environment at all
constexpr std::chrono::seconds kill_patience{5};
constexpr int look_again_ms = 10;

std::string program_path(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* const path = std::getenv("PATH");
  std::string_view folders = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folders.size(), folder.size() + 1));
    std::string candidate = fmt::format("{}/{}", folder.empty() ? "." : folder, program);
    struct stat found {};
    if (::stat(candidate.c_str(), &found) == 0 && S_ISREG(found.st_mode) && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

bool gains_privileges(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && (found.st_mode & (S_ISUID | S_ISGID)) != 0 && ::geteuid() != 0;
}

struct Pipe {
  int read = -1;
  int write = -1;
};

bool open_pipe(Pipe& pipe) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  pipe = {ends[0], ends[1]};
  return true;
}

void close_pipe(const Pipe& pipe) {
  if (pipe.read >= 0) ::close(pipe.read);
  if (pipe.write >= 0) ::close(pipe.write);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// A message of one byte with room for a descriptor. It stays where it was made.
class DescriptorMessage {
 public:
  DescriptorMessage() {
    message_.msg_iov = &content_;
    message_.msg_iovlen = 1;
    message_.msg_control = room_.data();
    message_.msg_controllen = room_.size();
  }
  DescriptorMessage(const DescriptorMessage&) = delete;
  DescriptorMessage& operator=(const DescriptorMessage&) = delete;
  msghdr& get() { return message_; }

 private:
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room_{};
  char nothing_ = 0;
  iovec content_{&nothing_, 1};
  msghdr message_{};
};

/// A descriptor to whoever has the other end; neither allocates nor locks.
void hand_over(int channel, int descriptor) {
  DescriptorMessage message;
  cmsghdr* const head = CMSG_FIRSTHDR(&message.get());
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  ::sendmsg(channel, &message.get(), MSG_NOSIGNAL);
}

/// -1: none has come.
int taken_over(int channel) {
  DescriptorMessage message;
  if (::recvmsg(channel, &message.get(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1) return -1;
  const cmsghdr* const head = CMSG_FIRSTHDR(&message.get());
  if (head == nullptr || head->cmsg_type != SCM_RIGHTS) return -1;
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(head), sizeof descriptor);
  return descriptor;
}

/// The child's ends.
struct Cord {
  int output = -1;
  int failure = -1;
  int connects = -1;  // where it is told of its connects; none: it is not
  pid_t parent = 0;
};

/// Between fork and exec: nothing here may allocate or lock. Never returns.
[[noreturn]] void become(const char* path, char* const* words, char* const* environment, const Cord& cord) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // of the thread that set up the bench, which lives as long as that
  if (::getppid() != cord.parent) ::_exit(127);
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::sigaction(signal, &usual, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(cord.output, STDOUT_FILENO);
  ::dup2(cord.output, STDERR_FILENO);
  if (cord.connects >= 0)
    if (const int watch = begin_connect_watch(); watch >= 0) hand_over(cord.connects, watch);
  ::execve(path, words, environment);
  const int error = errno;
  const ssize_t told = ::write(cord.failure, &error, sizeof error);
  ::_exit(told == sizeof error ? 127 : 126);
}

enum class Marked : std::uint8_t { no, yes, unclear };

/// The environment of a process that is not ours to read is empty, and so is that of one that is just becoming another program.
Marked has_mark(const std::string& process, const std::string& mark) {
  std::ifstream file("/proc/" + process + "/environ", std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  std::size_t at = all.find(mark);
  while (at != std::string::npos) {
    const std::size_t end = at + mark.size();
    if ((at == 0 || all[at - 1] == '\0') && (end == all.size() || all[end] == '\0')) return Marked::yes;
    at = all.find(mark, end);
  }
  if (!all.empty()) return Marked::no;
  std::array<char, 1> program{};
  return ::readlink(("/proc/" + process + "/exe").c_str(), program.data(), program.size()) > 0 ? Marked::unclear : Marked::no;
}

/// Those that were killed, and those of whom nothing could be said.
struct Strays {
  std::vector<pid_t> killed{};
  std::size_t unclear = 0;
  std::vector<pollfd> ends{};  // readable once they are gone

  void add(pid_t pid) {
    if (const int end = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); end >= 0) ends.push_back({end, POLLIN, 0});
  }
  void await(int milliseconds) {
    ::poll(ends.data(), ends.size(), milliseconds);
    for (const pollfd& end : ends) ::close(end.fd);
    ends.clear();
  }
};

std::optional<pid_t> number_of(std::string_view name) {
  pid_t pid = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), pid);
  return failed == std::errc{} && end == name.data() + name.size() ? std::optional{pid} : std::nullopt;
}

/// Of every process of this host, whose child it is: what costs nothing to ask, however busy they are.
std::map<pid_t, pid_t> parents_of_all() {
  std::map<pid_t, pid_t> parents;
  DIR* const folder = ::opendir("/proc");
  if (folder == nullptr) return parents;
  while (const dirent* const entry = ::readdir(folder)) {
    const auto pid = number_of(entry->d_name);
    if (!pid) continue;
    std::ifstream file(fmt::format("/proc/{}/stat", *pid));
    std::string line;
    std::getline(file, line);
    const std::size_t name_end = line.rfind(") ");  // "4711 (a name) S 4700 …"
    constexpr std::size_t to_parent = 4;
    pid_t parent = 0;
    if (name_end == std::string::npos || name_end + to_parent >= line.size()) continue;
    std::from_chars(line.data() + name_end + to_parent, line.data() + line.size(), parent);
    parents[*pid] = parent;
  }
  ::closedir(folder);
  return parents;
}

enum class Among : std::uint8_t { own, all };

/// All processes, or those that come from this one: orphans among them are its children (PR_SET_CHILD_SUBREAPER).
std::vector<pid_t> candidates(Among among) {
  const std::map<pid_t, pid_t> parents = parents_of_all();
  const pid_t self = ::getpid();
  const auto is_own = [&](pid_t pid) {
    for (std::size_t steps = 0; pid > 1 && pid != self && steps < parents.size(); ++steps) {
      const auto found = parents.find(pid);
      pid = found == parents.end() ? 0 : found->second;
    }
    return pid == self;
  };
  std::vector<pid_t> found;
  for (const auto& [pid, parent] : parents)
    if (pid != self && (among == Among::all || is_own(pid))) found.push_back(pid);
  return found;
}

Strays kill_strays_once(const std::string& mark, Among among) {
  Strays found;
  for (const pid_t pid : candidates(among)) {
    const Marked is_marked = has_mark(std::to_string(pid), mark);
    if (is_marked == Marked::no) continue;
    found.add(pid);
    if (is_marked == Marked::yes && ::kill(pid, SIGKILL) == 0) found.killed.push_back(pid);
    if (is_marked == Marked::unclear) ++found.unclear;
  }
  return found;
}

/// They are gone when it returns, not only about to go; but for those that hang in the kernel.
std::size_t kill_strays_among(Among among, const std::string& mark) {
  std::size_t killed = 0;
  std::set<pid_t> orphans;
  int unclear_rounds_left = unclear_rounds_max;
  const auto until = std::chrono::steady_clock::now() + kill_patience;
  do {
    Strays found = kill_strays_once(mark, among);
    killed = std::max(killed, found.killed.size());
    const bool is_done = found.killed.empty() && (found.unclear == 0 || unclear_rounds_left-- == 0);
    found.await(is_done ? 0 : look_again_ms);
    orphans.insert(found.killed.begin(), found.killed.end());
    if (is_done) break;
  } while (std::chrono::steady_clock::now() < until);
  for (const pid_t pid : orphans) ::waitpid(pid, nullptr, WNOHANG);  // whoever is no child of ours is no orphan
  return killed;
}

}  // namespace

std::size_t kill_strays(const std::string& mark) { return kill_strays_among(Among::all, mark); }

ChildProcess::ChildProcess(pid_t pid, int output, int exit, std::string mark, std::unique_ptr<ConnectWatch> connects)
    : pid_(pid), output_(output), exit_(exit), mark_(std::move(mark)), connects_(std::move(connects)) {}

ChildProcess::~ChildProcess() {
  kill();
  if (output_ >= 0) ::close(output_);
}

Result<std::unique_ptr<ChildProcess>, std::string> ChildProcess::start(const ChildOrder& order) {
  const std::string path = program_path(order.words.front());
  if (path.empty()) return fail(fmt::format("cannot start {}: no such program in PATH", order.words.front()));
  Pipe output;
  Pipe failure;
  if (!open_pipe(output) || !open_pipe(failure)) {
    close_pipe(output);
    return fail(fmt::format("cannot start {}: {}", path, std::strerror(errno)));
  }
  const std::vector<char*> words = pointers_to(order.words);
  const std::vector<char*> environment = pointers_to(order.environment);
  std::array<int, 2> channel{-1, -1};
  // What is set-user-id would not be that any more.
  if (order.watches_connects && !gains_privileges(path) && ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel.data()) != 0)
    channel = {-1, -1};
  // What it leaves behind becomes a child of ours: so nobody else's processes need be asked, which may be too busy to answer.
  const bool has_orphans = ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0)
    become(path.c_str(), words.data(), environment.data(),
           {.output = output.write, .failure = failure.write, .connects = channel[1], .parent = parent});
  const int fork_error = errno;
  ::close(output.write);
  ::close(failure.write);
  if (channel[1] >= 0) ::close(channel[1]);
  int error = fork_error;
  if (pid > 0) {
    ::setpgid(pid, pid);  // whoever is first: from here on the group is there
    ssize_t got = 0;
    do {
      got = ::read(failure.read, &error, sizeof error);
    } while (got < 0 && errno == EINTR);
    if (got == 0) error = 0;
  }
  ::close(failure.read);
  std::unique_ptr<ConnectWatch> connects;
  if (channel[0] >= 0) {
    if (const int watch = taken_over(channel[0]); watch >= 0) connects = std::make_unique<ConnectWatch>(watch);
    ::close(channel[0]);
  }
  if (pid > 0 && error != 0) ::waitpid(pid, nullptr, 0);
  if (pid < 0 || error != 0) {
    ::close(output.read);
    return fail(fmt::format("cannot start {}: {}", path, std::strerror(error)));
  }
  ::fcntl(output.read, F_SETFL, O_NONBLOCK);
  const int exit = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  std::unique_ptr<ChildProcess> child(new ChildProcess(pid, output.read, exit, order.mark, std::move(connects)));
  child->has_orphans_ = has_orphans;
  return child;
}

void ChildProcess::read(LogRing& log, Instant now) {
  std::array<char, 16384> room{};
  for (std::size_t taken = 0; output_ >= 0 && taken < read_bytes_max;) {
    const ssize_t got = ::read(output_, room.data(), room.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;
    if (got == 0) {
      ::close(std::exchange(output_, -1));
      return;
    }
    taken += static_cast<std::size_t>(got);
    log.take({room.data(), static_cast<std::size_t>(got)}, now);
  }
}

void ChildProcess::reap() {
  if (!how_it_ended_.empty()) return;
  siginfo_t info{};
  // The leader stays a zombie until its group is killed: so its number is nobody else's.
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | WNOHANG) != 0 || info.si_pid != pid_) return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  kill_strays_among(has_orphans_ ? Among::own : Among::all, mark_);
  how_it_ended_ = info.si_code == CLD_EXITED ? fmt::format("exit code {}", info.si_status)
                                             : fmt::format("signal {} ({})", info.si_status, ::strsignal(info.si_status));
  if (exit_ >= 0) ::close(std::exchange(exit_, -1));
}

bool ChildProcess::has_ended() {
  reap();
  return !how_it_ended_.empty();
}

void ChildProcess::freeze() const {
  if (how_it_ended_.empty()) ::kill(-pid_, SIGSTOP);
}

void ChildProcess::ask_to_end() const {
  if (!how_it_ended_.empty()) return;
  ::kill(-pid_, SIGTERM);
  if (::getpgid(pid_) != pid_) ::kill(pid_, SIGTERM);  // it has left its group
}

/// The end of whoever changed its user, as sudo does, or hangs in the kernel is not waited for without end.
bool ChildProcess::kill() {
  if (!how_it_ended_.empty()) return !lives_on_;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  const auto until = std::chrono::steady_clock::now() + kill_patience;
  while (!has_ended() && std::chrono::steady_clock::now() < until) {
    pollfd end{exit_, POLLIN, 0};
    ::poll(&end, 1, look_again_ms);
  }
  if (!how_it_ended_.empty()) return true;
  kill_strays_among(has_orphans_ ? Among::own : Among::all, mark_);
  lives_on_ = true;
  how_it_ended_ = "it cannot be killed";
  if (exit_ >= 0) ::close(std::exchange(exit_, -1));
  return false;
}

}  // namespace fleetsim::sim
