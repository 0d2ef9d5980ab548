// What a server remembers of TLS sessions, so that a device can resume them: by ticket, which the device keeps for it, and by number (the
// session id of TLS 1.2).
//
//   resume_sessions(context, unix_seconds);        // once, of a context
//   use_memory(session, memory);                   // of a session, before its handshake
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;
struct ssl_st;
struct ssl_session_st;

namespace fleetsim::platform {

/// Any thread may use it. It outlives the sessions that do.
class SessionMemory {
 public:
  static constexpr std::size_t sessions_max = 1024;

  /// A copy is kept as long as there is room: the memory is for exams, whose devices are few.
  void keep(std::string number, const ssl_session_st& session);
  /// Null: it is not known. Else a copy, the caller's own.
  ssl_session_st* find(const std::string& number);

 private:
  struct Deleter {
    void operator()(ssl_session_st* session) const;
  };

  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<ssl_session_st, Deleter>> sessions_;  // by number
};

/// `told_time`: null, or the time that tickets tell instead of the host's; it outlives the context.
void resume_sessions(ssl_ctx_st* context, const std::int64_t* told_time);
void use_memory(ssl_st* session, SessionMemory& memory);

}  // namespace fleetsim::platform
