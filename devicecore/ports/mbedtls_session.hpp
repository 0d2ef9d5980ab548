// One TLS session of MbedtlsClientContext. Private to the port: use mbedtls_tls.hpp.
#pragma once

#include <mbedtls/ssl.h>
#include <memory>
#include <string>
#include <string_view>

#include "devicecore/base/tls_engine.hpp"
#include "devicecore/ports/byte_queue.hpp"

namespace fleetsim::device {

/// A context's random numbers know whose hello they are for: mbedTLS 2.28 puts this system's time into it, whatever clock the board has.
struct MbedtlsHello {
  mbedtls_ssl_context* session = nullptr;  // that shakes hands just now
  const char* host = nullptr;              // whose certificate it waits for
  bool is_named = true;                    // and which it names
  bool offers_session = false;             // of before
};

class MbedtlsMemory {
 public:
  MbedtlsMemory() { mbedtls_ssl_session_init(&session_); }
  ~MbedtlsMemory() { mbedtls_ssl_session_free(&session_); }
  MbedtlsMemory(const MbedtlsMemory&) = delete;
  MbedtlsMemory& operator=(const MbedtlsMemory&) = delete;

  bool is_empty() const { return is_empty_; }
  /// Of a session whose handshake is over.
  void keep(const mbedtls_ssl_context& ssl);
  /// To one whose handshake has not begun. False: memory is short.
  bool offer(mbedtls_ssl_context& ssl) const { return mbedtls_ssl_set_session(&ssl, &session_) == 0; }

 private:
  mbedtls_ssl_session session_{};
  bool is_empty_ = true;
};

class MbedtlsSession final : public TlsEngine {
 public:
  /// nullptr when memory is short. `config` and `hello` outlive the session.
  static std::unique_ptr<MbedtlsSession> make(const mbedtls_ssl_config& config, MbedtlsHello& hello, std::string_view host,
                                              std::shared_ptr<MbedtlsMemory> memory);
  ~MbedtlsSession() override;

  State start() override;
  State receive(ByteView ciphertext) override;
  std::size_t read(MutableBytes plaintext) override;
  State write(ByteView plaintext) override;
  std::size_t take(MutableBytes ciphertext) override;
  void close() override;
  State state() const override { return state_; }
  std::string_view error() const override { return error_; }

 private:
  MbedtlsSession(MbedtlsHello& hello, std::string_view host) : hello_(hello), host_(host) { mbedtls_ssl_init(&ssl_); }

  static int send_to_queue(void* context, const unsigned char* bytes, std::size_t count);
  static int receive_from_queue(void* context, unsigned char* bytes, std::size_t count);

  void shake_hands();
  void encrypt(ByteView plaintext);
  int read_records(MutableBytes plaintext);
  void fail_with(std::string text);
  void fail_with_code(std::string_view doing, int code);

  mbedtls_ssl_context ssl_{};
  MbedtlsHello& hello_;
  std::string host_;
  std::shared_ptr<MbedtlsMemory> memory_;  // null: it keeps nothing
  bool offers_session_ = false;            // of before
  std::string error_;
  ByteQueue incoming_;  // ciphertext that mbedTLS has not read yet
  ByteQueue outgoing_;  // ciphertext for take()
  ByteQueue early_;     // plaintext that waits for the handshake
  State state_ = State::handshaking;
  bool closed_ = false;  // by us
};

/// What mbedTLS calls the error, for people.
std::string describe_mbedtls_error(int code);

}  // namespace fleetsim::device
