// An OpenSSL client in memory: what a device would be, with the versions and suites that a test wants.
//
//   TlsTestClient client({.ca_pem = pem, .version = TLS1_2_VERSION, .ciphers = "AES128-SHA"});
//   engine.receive(bytes_of(client.take()));
#pragma once

#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <string_view>

namespace fleetsim::platform {

struct TlsTestOptions {
  std::string ca_pem;
  int version = 0;      // TLS1_2_VERSION, TLS1_3_VERSION; 0: the best of both
  std::string ciphers;  // of TLS 1.2; empty: the default ones
  std::string host;     // checked against the certificate; an address is compared with the iPAddress entries
};

class TlsTestClient {
 public:
  explicit TlsTestClient(const TlsTestOptions& options);

  /// Bytes from the server; goes on with the handshake.
  void give(std::string_view ciphertext);
  /// Bytes for the server.
  std::string take();
  bool open() const { return open_; }
  /// The client saw something that it cannot accept.
  bool failed() const { return failed_; }
  bool peer_closed() const { return peer_closed_; }
  void write(std::string_view plaintext);
  std::string read();
  void close() { SSL_shutdown(session_.get()); }
  /// X509_V_OK, X509_V_ERR_CERT_HAS_EXPIRED, …
  long verdict() const { return SSL_get_verify_result(session_.get()); }
  std::string version() const { return SSL_get_version(session_.get()); }
  std::string cipher() const { return SSL_get_cipher_name(session_.get()); }
  /// "RSA" or "EC": the key of the server's certificate.
  std::string server_key() const;

 private:
  void advance();

  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* session) const { SSL_free(session); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> session_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  bool open_ = false;
  bool failed_ = false;
  bool peer_closed_ = false;
};

}  // namespace fleetsim::platform
