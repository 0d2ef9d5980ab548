#include "platform-mock/server/openssl_server_engine.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string>
#include <vector>

#include "platform-mock/server/session_memory.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t kWaitingPlaintextMax = std::size_t{64} * 1024;  // what write() may queue before the handshake is over
constexpr std::size_t kSessionTickets = 1;                            // TLS 1.3: each costs 250 bytes, and hardly any device resumes

/// Bytes on their way through memory. Holds no heap while it is empty: most sessions are idle most of the time.
class ByteQueue {
 public:
  void append(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  std::size_t take(MutableBytes out) {
    const std::size_t n = std::min(out.size(), bytes_.size() - taken_);
    if (n == 0) return 0;
    std::memcpy(out.data(), bytes_.data() + taken_, n);
    taken_ += n;
    if (taken_ == bytes_.size()) release();
    return n;
  }
  void release() {
    std::vector<std::uint8_t>{}.swap(bytes_);
    taken_ = 0;
  }
  std::size_t size() const { return bytes_.size() - taken_; }
  ByteView view() const { return ByteView{bytes_}.subspan(taken_); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t taken_ = 0;
};

struct Wire {
  ByteQueue in;   // from the peer, not yet read by OpenSSL
  ByteQueue out;  // from OpenSSL, not yet taken by the shell
};

int wire_read(BIO* bio, char* data, int size) {
  auto* wire = static_cast<Wire*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const std::size_t n = wire->in.take({reinterpret_cast<std::uint8_t*>(data), static_cast<std::size_t>(size)});
  if (n > 0) return static_cast<int>(n);
  BIO_set_retry_read(bio);
  return -1;
}

int wire_write(BIO* bio, const char* data, int size) {
  auto* wire = static_cast<Wire*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  wire->out.append({reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)});
  return size;
}

long wire_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

/// OpenSSL's own memory BIO keeps its buffer for good; this one has none of its own.
BIO_METHOD* wire_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "fleetsim wire");
    BIO_meth_set_read(made, wire_read);
    BIO_meth_set_write(made, wire_write);
    BIO_meth_set_ctrl(made, wire_control);
    return made;
  }();
  return method;
}

class OpensslServerEngine final : public TlsEngine {
 public:
  OpensslServerEngine(SSL_CTX* context, SessionMemory* memory) : session_(SSL_new(context)) {
    BIO* bio = session_ ? BIO_new(wire_method()) : nullptr;
    if (bio == nullptr) {
      fail_with("out of memory for a TLS session");
      return;
    }
    BIO_set_data(bio, &wire_);
    BIO_set_init(bio, 1);
    SSL_set_bio(session_.get(), bio, bio);
    SSL_set_accept_state(session_.get());
    if (memory != nullptr) use_memory(session_.get(), *memory);
  }

  State start() override { return state_; }

  State receive(ByteView ciphertext) override {
    if (state_ == State::failed || state_ == State::peer_closed) return state_;
    wire_.in.append(ciphertext);
    if (state_ == State::handshaking) shake_hands();
    return state_;
  }

  std::size_t read(MutableBytes plaintext) override {
    if (state_ != State::open || plaintext.empty()) return 0;
    ERR_clear_error();
    std::size_t size = 0;
    const int done = SSL_read_ex(session_.get(), plaintext.data(), plaintext.size(), &size);
    if (done == 1) return size;
    note_failure(done);
    return 0;
  }

  State write(ByteView plaintext) override {
    if (state_ == State::handshaking) {
      if (waiting_.size() + plaintext.size() > kWaitingPlaintextMax) {
        fail_with("too much to send before the handshake is over");
      } else {
        waiting_.append(plaintext);
      }
      return state_;
    }
    if (state_ == State::failed || plaintext.empty() || closed_) return state_;
    ERR_clear_error();
    std::size_t written = 0;
    const int done = SSL_write_ex(session_.get(), plaintext.data(), plaintext.size(), &written);
    if (done != 1) note_failure(done);
    return state_;
  }

  std::size_t take(MutableBytes ciphertext) override { return wire_.out.take(ciphertext); }

  void close() override {
    if (closed_ || state_ == State::failed || state_ == State::handshaking) return;
    closed_ = true;
    ERR_clear_error();
    SSL_shutdown(session_.get());
  }

  State state() const override { return state_; }
  std::string_view error() const override { return error_; }

 private:
  void shake_hands() {
    ERR_clear_error();
    const int done = SSL_do_handshake(session_.get());
    if (done != 1) {
      note_failure(done);
      return;
    }
    state_ = State::open;
    if (waiting_.size() == 0) return;
    const State after = write(waiting_.view());
    waiting_.release();
    state_ = after;
  }

  void note_failure(int result) {
    const int why = SSL_get_error(session_.get(), result);
    if (why == SSL_ERROR_WANT_READ) return;
    if (why == SSL_ERROR_ZERO_RETURN) {
      state_ = State::peer_closed;
      return;
    }
    const unsigned long code = ERR_get_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    fail_with(reason != nullptr ? reason : "the TLS session broke");
  }

  void fail_with(std::string_view reason) {
    state_ = State::failed;
    error_ = reason;
    wire_.in.release();
  }

  Wire wire_;
  ByteQueue waiting_;
  TlsSessionHandle session_;
  std::string error_;
  State state_ = State::handshaking;
  bool closed_ = false;
};

CertificateError context_error(const std::string& what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return {.what = what + ": " + text.data(), .hint = "check the OpenSSL 3 installation and its openssl.cnf"};
}

}  // namespace

// The default cipher list stays: with an RSA certificate it already takes AES128-SHA and its like, which is all that some device
// libraries offer, and it has no anonymous or null suites.
Result<TlsServerContext, CertificateError> TlsServerContext::create(const TlsConfig& config, const CertificateAuthority& authority,
                                                                    const CertificateNames& names, Validity validity) {
  return create_with(config, authority.ground(), {TLS1_2_VERSION, 0}, [&](KeyKind kind) { return authority.issue(kind, names, validity); });
}

Result<TlsServerContext, CertificateError> TlsServerContext::create_self_signed(const TlsConfig& config,
                                                                                const CertificateAuthority& authority,
                                                                                const CertificateNames& names) {
  return create_with(config, authority.ground(), {TLS1_2_VERSION, 0},
                     [&](KeyKind kind) { return authority.issue_self_signed(kind, names); });
}

Result<TlsServerContext, CertificateError> TlsServerContext::create_old(const TlsConfig& config, const CertificateAuthority& authority,
                                                                        const CertificateNames& names) {
  auto made =
      create_with(config, authority.ground(), {TLS1_VERSION, TLS1_1_VERSION}, [&](KeyKind kind) { return authority.issue(kind, names); });
  // OpenSSL signs nothing with SHA-1, which these versions want, above level 0. The suites are the default ones, none of them anonymous.
  if (made && SSL_CTX_set_cipher_list(made->context_.get(), "DEFAULT:@SECLEVEL=0") != 1)
    return fail(context_error("cannot set up TLS 1.1"));
  return made;
}

Result<TlsServerContext, CertificateError> TlsServerContext::create_resuming(const TlsConfig& config, const CertificateAuthority& authority,
                                                                             const CertificateNames& names) {
  auto made = create(config, authority, names);
  if (!made) return made;
  if (const auto& told = authority.ground().unix_seconds) made->told_time_ = std::make_unique<const std::int64_t>(*told);
  resume_sessions(made->context_.get(), made->told_time_.get());
  return made;
}

Result<TlsServerContext, CertificateError> TlsServerContext::create_showing(const TlsConfig& config, const TlsGround& ground,
                                                                            const IdentityMaker& make_identity) {
  return create_with(config, ground, {TLS1_2_VERSION, 0}, make_identity);
}

Result<TlsServerContext, CertificateError> TlsServerContext::create_with(const TlsConfig& config, const TlsGround& ground,
                                                                         const Versions& versions, const IdentityMaker& make_identity) {
  ERR_clear_error();
  TlsContextHandle context{SSL_CTX_new_ex(ground.library, nullptr, TLS_server_method())};
  if (!context || SSL_CTX_set_min_proto_version(context.get(), versions.min) != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), versions.max) != 1) {
    return fail(context_error("cannot set up TLS"));
  }
  if (!config.rsa && !config.ecdsa) {
    return fail(CertificateError{.what = "tls: both rsa and ecdsa are off, so no certificate is left",
                                 .hint = "switch one of them on, or set tls: false on every listener"});
  }
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // tickets resume without memory here
  SSL_CTX_set_num_tickets(context.get(), ground.unix_seconds ? 0 : kSessionTickets);
  if (ground.unix_seconds) SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);  // a ticket tells the host's time
  for (const KeyKind kind : {KeyKind::rsa_2048, KeyKind::ecdsa_p256}) {
    if (!(kind == KeyKind::rsa_2048 ? config.rsa : config.ecdsa)) continue;
    auto identity = make_identity(kind);
    if (!identity) return fail(identity.error());
    if (SSL_CTX_use_certificate(context.get(), identity->certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), identity->key.get()) != 1) {
      return fail(context_error("cannot use the server certificate"));
    }
    for (const CertificateHandle& signer : identity->chain)  // of the certificate that was given last
      if (SSL_CTX_add1_chain_cert(context.get(), signer.get()) != 1) return fail(context_error("cannot use a certificate's chain"));
  }
  return TlsServerContext{std::move(context)};
}

std::unique_ptr<TlsEngine> TlsServerContext::new_session(SessionMemory* memory) const {
  return std::make_unique<OpensslServerEngine>(context_.get(), memory);
}

}  // namespace fleetsim::platform
