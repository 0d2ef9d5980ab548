#include "sim/app/crash_notes.hpp"

#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t stack_bytes = std::size_t{64} * 1024;

std::atomic<CrashNotes*> notes{nullptr};
std::atomic<bool> is_crashing{false};
thread_local const CrashNotes::At* here = nullptr;
static_assert(std::atomic<CrashNotes*>::is_always_lock_free && std::atomic<std::size_t>::is_always_lock_free,
              "a signal handler may touch nothing that locks");

/// write() is all that may be called where the process is broken.
void tell(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string_view name_of(int signal) {
  switch (signal) {
    case SIGILL:
      return "SIGILL";
    case SIGTRAP:
      return "SIGTRAP";
    case SIGSEGV:
      return "SIGSEGV";
    case SIGABRT:
      return "SIGABRT";
    case SIGBUS:
      return "SIGBUS";
    default:
      return "SIGFPE";
  }
}

}  // namespace

void CrashNotes::on_crash(int signal) {
  if (is_crashing.exchange(true)) {
    for (;;) ::pause();  // another thread is telling of its own, and ends the process
  }
  tell(here != nullptr ? std::string_view{here->before_} : "the simulator itself broke (");
  tell(name_of(signal));
  tell(here != nullptr ? std::string_view{here->after_} : ")\n");
  if (const CrashNotes* const told = notes.load()) {
    const std::size_t bytes = told->found_bytes_.load(std::memory_order_acquire);
    if (bytes > 0) tell("found until then:\n");
    tell({told->found_.get(), bytes});
  }
  ::_exit(static_cast<int>(ExitCode::internal));
}

CrashNotes::CrashNotes() {
  CrashNotes* nobody = nullptr;
  tells_ = notes.compare_exchange_strong(nobody, this);
  if (!tells_) return;
  struct sigaction action {};
  action.sa_handler = &CrashNotes::on_crash;
  ::sigfillset(&action.sa_mask);
  action.sa_flags = SA_ONSTACK;
  for (std::size_t i = 0; i < crash_signals.size(); ++i) {
    ::sigaction(crash_signals[i], nullptr, &before_[i]);
    is_ours_[i] = (before_[i].sa_flags & SA_SIGINFO) == 0 && before_[i].sa_handler == SIG_DFL;
    if (is_ours_[i]) ::sigaction(crash_signals[i], &action, nullptr);
  }
}

CrashNotes::~CrashNotes() {
  for (std::size_t i = 0; i < crash_signals.size(); ++i)
    if (is_ours_[i]) ::sigaction(crash_signals[i], &before_[i], nullptr);
  if (tells_) notes = nullptr;
}

void CrashNotes::found(std::string_view text) {
  const std::size_t used = found_bytes_.load(std::memory_order_relaxed);
  if (text.size() > found_bytes_max - used) return;
  std::memcpy(found_.get() + used, text.data(), text.size());
  found_bytes_.store(used + text.size(), std::memory_order_release);
}

CrashNotes::At::At(std::string_view what, std::string_view line)
    : before_(fmt::format("{}: the simulator itself broke (", what)), after_(fmt::format("); replay with: {}\n", line)) {
  stack_t now{};
  if (::sigaltstack(nullptr, &now) == 0 && (now.ss_flags & SS_DISABLE) != 0) {
    stack_ = std::make_unique<char[]>(stack_bytes);
    stack_t ours{};
    ours.ss_sp = stack_.get();
    ours.ss_size = stack_bytes;
    ::sigaltstack(&ours, nullptr);
  }
  here = this;
}

CrashNotes::At::~At() {
  here = nullptr;
  if (stack_ == nullptr) return;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

}  // namespace fleetsim::sim
