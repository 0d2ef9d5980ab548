#include "sim/live/openssl_client_engine.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <utility>

#include "devicecore/base/ip_address.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t early_bytes_max = std::size_t{64} * 1024;  // TlsEngine's limit for what waits for the handshake

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using SslContext = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using SslSession = std::unique_ptr<SSL, Freer<SSL_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;

std::string last_openssl_error(const char* doing) {
  std::array<char, 160> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return std::string(doing) + ": " + text.data();
}

int clamp_to_int(std::size_t bytes) { return static_cast<int>(std::min<std::size_t>(bytes, INT_MAX)); }

class Engine final : public TlsEngine {
 public:
  explicit Engine(SslSession session) : session_(std::move(session)) {
    Bio in(BIO_new(BIO_s_mem()));
    Bio out(BIO_new(BIO_s_mem()));
    if (!in || !out) {
      fail("out of memory");
      return;
    }
    BIO_set_mem_eof_return(in.get(), -1);
    BIO_set_mem_eof_return(out.get(), -1);
    in_ = in.get();
    out_ = out.get();
    SSL_set_bio(session_.get(), in.release(), out.release());  // the session owns both from here
    SSL_set_connect_state(session_.get());
  }

  State start() override { return advance(); }

  State receive(ByteView ciphertext) override {
    if (state_ == State::failed) return state_;
    while (!ciphertext.empty()) {
      const int taken = BIO_write(in_, ciphertext.data(), clamp_to_int(ciphertext.size()));
      if (taken <= 0) return fail("out of memory");
      ciphertext = ciphertext.subspan(static_cast<std::size_t>(taken));
    }
    return advance();
  }

  std::size_t read(MutableBytes plaintext) override {
    if (state_ != State::open || plaintext.empty()) return 0;
    ERR_clear_error();
    const int got = SSL_read(session_.get(), plaintext.data(), clamp_to_int(plaintext.size()));
    if (got > 0) return static_cast<std::size_t>(got);
    switch (SSL_get_error(session_.get(), got)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        break;
      case SSL_ERROR_ZERO_RETURN:
        state_ = State::peer_closed;
        break;
      default:
        fail(last_openssl_error("TLS record"));
    }
    return 0;
  }

  State write(ByteView plaintext) override {
    if (state_ == State::handshaking) {
      if (early_.size() + plaintext.size() > early_bytes_max) return fail("too much was written before the handshake was over");
      early_.append(text_of(plaintext));
      return state_;
    }
    if (state_ != State::open) return state_;
    return write_now(plaintext);
  }

  std::size_t take(MutableBytes ciphertext) override {
    if (out_ == nullptr || ciphertext.empty()) return 0;
    const int got = BIO_read(out_, ciphertext.data(), clamp_to_int(ciphertext.size()));
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }

  void close() override {
    if (state_ != State::open && state_ != State::peer_closed) return;
    ERR_clear_error();
    SSL_shutdown(session_.get());
  }

  State state() const override { return state_; }
  std::string_view error() const override { return error_; }

 private:
  State advance() {
    if (state_ != State::handshaking) return state_;
    ERR_clear_error();
    const int done = SSL_do_handshake(session_.get());
    if (done == 1) {
      state_ = State::open;
      const std::string waiting = std::exchange(early_, {});
      return waiting.empty() ? state_ : write_now(bytes_of(waiting));
    }
    const int why = SSL_get_error(session_.get(), done);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return state_;
    const long verdict = SSL_get_verify_result(session_.get());
    if (verdict != X509_V_OK) return fail(std::string("certificate not accepted: ") + X509_verify_cert_error_string(verdict));
    return fail(last_openssl_error("TLS handshake"));
  }

  State write_now(ByteView plaintext) {
    while (!plaintext.empty()) {
      ERR_clear_error();
      const int taken = SSL_write(session_.get(), plaintext.data(), clamp_to_int(plaintext.size()));
      if (taken <= 0) return fail(last_openssl_error("TLS write"));
      plaintext = plaintext.subspan(static_cast<std::size_t>(taken));
    }
    return state_;
  }

  State fail(std::string why) {
    error_ = std::move(why);
    state_ = State::failed;
    return state_;
  }

  SslSession session_;
  BIO* in_ = nullptr;   // owned by session_
  BIO* out_ = nullptr;  // owned by session_
  State state_ = State::handshaking;
  std::string early_;
  std::string error_;
};

class Context final : public OpenSslClientContext {
 public:
  explicit Context(SslContext context) : context_(std::move(context)) {}

  std::unique_ptr<TlsEngine> connect(std::string_view host) override {
    SslSession session(SSL_new(context_.get()));
    if (!session) return nullptr;
    std::string name(host);
    X509_VERIFY_PARAM* expected = SSL_get0_param(session.get());
    if (IpAddress::parse(host)) {
      if (X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str()) != 1) return nullptr;
    } else {
      X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      if (X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size()) != 1) return nullptr;
      // What the SSL_set_tlsext_host_name macro does, without its C cast.
      if (SSL_ctrl(session.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) != 1) return nullptr;
    }
    return std::make_unique<Engine>(std::move(session));
  }

 private:
  SslContext context_;
};

/// Adds every certificate of the text; the number added.
int trust(SSL_CTX* context, std::string_view pem) {
  const Bio text(BIO_new_mem_buf(pem.data(), clamp_to_int(pem.size())));
  if (!text) return 0;
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int added = 0;
  while (Certificate certificate{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) break;
    ++added;
  }
  ERR_clear_error();  // the end of the text shows as an error
  return added;
}

}  // namespace

Result<std::unique_ptr<OpenSslClientContext>, std::string> OpenSslClientContext::make(std::string_view ca_pem,
                                                                                      const platform::TlsGround& ground) {
  SslContext context(SSL_CTX_new_ex(ground.library, nullptr, TLS_client_method()));
  if (!context) return fail(last_openssl_error("TLS context"));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
  if (ground.unix_seconds) X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context.get()), *ground.unix_seconds);
  if (SSL_CTX_set1_groups_list(context.get(), "X25519:P-256") != 1) return fail(last_openssl_error("TLS groups"));
  if (trust(context.get(), ca_pem) == 0) return fail(std::string("no certificate could be read from the CA text (PEM expected)"));
  return std::unique_ptr<OpenSslClientContext>(std::make_unique<Context>(std::move(context)));
}

}  // namespace fleetsim::sim
