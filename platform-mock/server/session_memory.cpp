#include "platform-mock/server/session_memory.hpp"

#include <openssl/ssl.h>
#include <utility>

namespace fleetsim::platform {
namespace {

constexpr int memory_place = 0;  // among what OpenSSL keeps for others beside a session: its first place is for whoever asks
constexpr long a_week = 7L * 24 * 60 * 60;
constexpr long year_2100 = 4'102'444'800;

SessionMemory* memory_of(SSL* session) { return static_cast<SessionMemory*>(SSL_get_ex_data(session, memory_place)); }

/// 0: the session itself is not kept. OpenSSL gives one up whose link ends without a word, and links of devices do.
int remember(SSL* session, SSL_SESSION* state) {
  SessionMemory* const memory = memory_of(session);
  if (memory == nullptr) return 0;
  unsigned int size = 0;
  const unsigned char* const number = SSL_SESSION_get_id(state, &size);
  memory->keep({reinterpret_cast<const char*>(number), size}, *state);
  return 0;
}

SSL_SESSION* recall(SSL* session, const unsigned char* number, int size, int* copy) {
  *copy = 0;
  SessionMemory* const memory = memory_of(session);
  return memory == nullptr ? nullptr : memory->find({reinterpret_cast<const char*>(number), static_cast<std::size_t>(size)});
}

/// A ticket tells when its session began.
int tell_time(SSL* session, void* told_time) {
  SSL_SESSION_set_time(SSL_get_session(session), static_cast<long>(*static_cast<const std::int64_t*>(told_time)));
  return 1;
}

/// A run may take place long before the host's time, by which OpenSSL would find all of its tickets too old.
SSL_TICKET_RETURN take_ticket(SSL* /*session*/, SSL_SESSION* state, const unsigned char* /*key*/, std::size_t /*key_size*/,
                              SSL_TICKET_STATUS status, void* /*told_time*/) {
  if (state == nullptr) return SSL_TICKET_RETURN_IGNORE_RENEW;
  SSL_SESSION_set_time(state, year_2100);
  return status == SSL_TICKET_SUCCESS_RENEW ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE;
}

}  // namespace

void SessionMemory::Deleter::operator()(ssl_session_st* session) const { SSL_SESSION_free(session); }

void SessionMemory::keep(std::string number, const ssl_session_st& session) {
  std::unique_ptr<ssl_session_st, Deleter> copy(SSL_SESSION_dup(&session));
  const std::lock_guard lock(mutex_);
  if (copy && sessions_.size() < sessions_max) sessions_[std::move(number)] = std::move(copy);
}

ssl_session_st* SessionMemory::find(const std::string& number) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(number);
  return found == sessions_.end() ? nullptr : SSL_SESSION_dup(found->second.get());
}

void resume_sessions(ssl_ctx_st* context, const std::int64_t* told_time) {
  SSL_CTX_clear_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_timeout(context, a_week);
  // What OpenSSL would remember itself is the context's, and contexts are shared by exams whose numbers are the same.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &remember);
  SSL_CTX_sess_set_get_cb(context, &recall);
  if (told_time != nullptr) SSL_CTX_set_session_ticket_cb(context, &tell_time, &take_ticket, const_cast<std::int64_t*>(told_time));
}

void use_memory(ssl_st* session, SessionMemory& memory) { SSL_set_ex_data(session, memory_place, &memory); }

}  // namespace fleetsim::platform
