// The other end for tests of the TLS client: throw-away certificates, and an OpenSSL server in memory.
//
//   const CertificateAuthority ca;
//   OpensslPeer server(ca.issue({.dns_names = {"broker.test"}}));
//   server.receive(ciphertext);
//   client.receive(server.take());
#pragma once

#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <vector>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::device::testing {

template <auto free_it>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free_it(object);
  }
};
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

struct Credentials {
  CertificatePtr certificate;
  KeyPtr key;
};

class CertificateAuthority {
 public:
  enum class KeyKind { p256, rsa };
  struct Wish {
    std::vector<std::string> dns_names;
    long valid_from_s = -3600;  // from now
    long valid_until_s = 3600;
    KeyKind key = KeyKind::p256;
  };

  CertificateAuthority();
  std::string pem() const;
  Credentials issue(const Wish& wish) const;

 private:
  Credentials self_;
};

class OpensslPeer {
 public:
  struct Settings {
    int version_min = TLS1_2_VERSION;
    int version_max = TLS1_3_VERSION;
    std::string ciphers{};  // of TLS 1.2; empty: OpenSSL's default
  };
  explicit OpensslPeer(const Credentials& credentials) : OpensslPeer(credentials, Settings{}) {}
  OpensslPeer(const Credentials& credentials, const Settings& settings);

  /// Ciphertext of the client; moves the handshake on and collects plaintext.
  void receive(ByteView ciphertext);
  std::vector<std::uint8_t> take();

  void write(ByteView plaintext);
  void close() { SSL_shutdown(ssl_.get()); }

  bool open() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  bool saw_close_notify() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  std::string version() const { return SSL_get_version(ssl_.get()); }
  std::string curve() const;
  std::string server_name() const;

  std::string plaintext;  // all that the client wrote

 private:
  std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, Freed<SSL_free>> ssl_;
  BIO* from_client_ = nullptr;  // owned by ssl_
  BIO* to_client_ = nullptr;
};

}  // namespace fleetsim::device::testing
