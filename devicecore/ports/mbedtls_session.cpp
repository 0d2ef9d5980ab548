#include "devicecore/ports/mbedtls_session.hpp"

#include <array>
#include <limits>
#include <mbedtls/error.h>
#include <mbedtls/x509_crt.h>
#include <utility>

#include "devicecore/ports/mbedtls_tls.hpp"

namespace fleetsim::device {
namespace {

/// All reasons of a refused certificate on one line.
std::string describe_refusal(std::uint32_t flags) {
  std::array<char, 1024> lines{};
  const int written = mbedtls_x509_crt_verify_info(lines.data(), lines.size(), "", flags);
  if (written <= 0) return "the certificate could not be verified";
  std::string text(lines.data(), static_cast<std::size_t>(written));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) text.replace(at, 1, "; ");
  return text;
}

bool wants_more(int code) { return code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE; }

}  // namespace

std::string describe_mbedtls_error(int code) {
  std::array<char, 256> text{};
  mbedtls_strerror(code, text.data(), text.size());
  return text.data();
}

void MbedtlsMemory::keep(const mbedtls_ssl_context& ssl) {
  mbedtls_ssl_session_free(&session_);
  mbedtls_ssl_session_init(&session_);
  // A server that gave neither a number nor a ticket has nothing to resume.
  is_empty_ = mbedtls_ssl_get_session(&ssl, &session_) != 0 || (session_.id_len == 0 && session_.ticket_len == 0);
}

std::unique_ptr<MbedtlsSession> MbedtlsSession::make(const mbedtls_ssl_config& config, MbedtlsHello& hello, std::string_view host,
                                                     std::shared_ptr<MbedtlsMemory> memory) {
  std::unique_ptr<MbedtlsSession> session(new MbedtlsSession(hello, host));
  if (mbedtls_ssl_setup(&session->ssl_, &config) != 0) return nullptr;
  if (hello.is_named && mbedtls_ssl_set_hostname(&session->ssl_, session->host_.c_str()) != 0) return nullptr;
  mbedtls_ssl_set_bio(&session->ssl_, session.get(), &send_to_queue, &receive_from_queue, nullptr);
  session->memory_ = std::move(memory);
  if (session->memory_ && !session->memory_->is_empty()) session->offers_session_ = session->memory_->offer(session->ssl_);
  return session;
}

MbedtlsSession::~MbedtlsSession() { mbedtls_ssl_free(&ssl_); }

TlsEngine::State MbedtlsSession::start() {
  shake_hands();
  return state_;
}

TlsEngine::State MbedtlsSession::receive(ByteView ciphertext) {
  if (state_ == State::failed || state_ == State::peer_closed) return state_;
  if (incoming_.size() + ciphertext.size() > tls_limits::waiting_ciphertext_bytes_max) {
    fail_with("more than 1 MiB arrived without being read");
    return state_;
  }
  incoming_.append(ciphertext);
  if (state_ == State::handshaking) shake_hands();
  // A read of nothing makes mbedTLS look at the next record: a close or an alert then shows at once.
  if (state_ == State::open && mbedtls_ssl_get_bytes_avail(&ssl_) == 0) {
    std::uint8_t nothing = 0;
    read_records({&nothing, 0});
  }
  return state_;
}

std::size_t MbedtlsSession::read(MutableBytes plaintext) {
  if (state_ != State::open || plaintext.empty()) return 0;
  const int count = read_records(plaintext);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

TlsEngine::State MbedtlsSession::write(ByteView plaintext) {
  if (closed_) {
    fail_with("written to after it was closed");
    return state_;
  }
  if (state_ == State::open) {
    encrypt(plaintext);
  } else if (state_ == State::handshaking) {
    if (early_.size() + plaintext.size() > tls_limits::early_plaintext_bytes_max) {
      fail_with("more than 64 KiB were written before the handshake was over");
    } else {
      early_.append(plaintext);
    }
  }
  return state_;
}

std::size_t MbedtlsSession::take(MutableBytes ciphertext) { return outgoing_.take(ciphertext); }

void MbedtlsSession::close() {
  if (closed_) return;
  closed_ = true;
  early_.clear();
  // The peer may have closed its direction first; ours still deserves its close_notify.
  if (state_ == State::open || state_ == State::peer_closed) mbedtls_ssl_close_notify(&ssl_);
}

void MbedtlsSession::shake_hands() {
  hello_.session = &ssl_;
  hello_.host = host_.c_str();
  hello_.offers_session = offers_session_;
  const int code = mbedtls_ssl_handshake(&ssl_);
  hello_.session = nullptr;
  hello_.host = nullptr;
  hello_.offers_session = false;
  if (wants_more(code)) return;
  if (code != 0) {
    fail_with_code("TLS handshake with ", code);
    return;
  }
  state_ = State::open;
  if (memory_) memory_->keep(ssl_);
  if (closed_) mbedtls_ssl_close_notify(&ssl_);  // close() came too early for it
  const ByteView early = early_.view();
  if (!early.empty()) encrypt(early);
  early_.clear();
}

void MbedtlsSession::encrypt(ByteView plaintext) {
  if (outgoing_.size() + plaintext.size() > tls_limits::waiting_ciphertext_bytes_max) {
    fail_with("more than 1 MiB was written without being sent");
    return;
  }
  while (!plaintext.empty()) {  // one record a turn
    const int written = mbedtls_ssl_write(&ssl_, plaintext.data(), plaintext.size());
    if (written <= 0) {
      fail_with_code("TLS session with ", written);
      return;
    }
    plaintext = plaintext.subspan(static_cast<std::size_t>(written));
  }
}

/// What mbedtls_ssl_read gave; the state follows from it.
int MbedtlsSession::read_records(MutableBytes plaintext) {
  const int code = mbedtls_ssl_read(&ssl_, plaintext.data(), plaintext.size());
  if (code >= 0 || wants_more(code)) return code;
  if (code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
    state_ = State::peer_closed;
  } else {
    fail_with_code("TLS session with ", code);
  }
  return code;
}

void MbedtlsSession::fail_with(std::string text) {
  if (state_ == State::failed) return;
  state_ = State::failed;
  error_ = std::move(text);
  incoming_.clear();
  early_.clear();
}

void MbedtlsSession::fail_with_code(std::string_view doing, int code) {
  const std::uint32_t flags = mbedtls_ssl_get_verify_result(&ssl_);
  const bool refused = code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED && flags != std::numeric_limits<std::uint32_t>::max();
  fail_with(std::string(doing) + host_ + " failed: " + (refused ? describe_refusal(flags) : describe_mbedtls_error(code)));
}

int MbedtlsSession::send_to_queue(void* context, const unsigned char* bytes, std::size_t count) {
  static_cast<MbedtlsSession*>(context)->outgoing_.append({bytes, count});
  return static_cast<int>(count);
}

int MbedtlsSession::receive_from_queue(void* context, unsigned char* bytes, std::size_t count) {
  const std::size_t taken = static_cast<MbedtlsSession*>(context)->incoming_.take({bytes, count});
  return taken == 0 ? MBEDTLS_ERR_SSL_WANT_READ : static_cast<int>(taken);
}

}  // namespace fleetsim::device
