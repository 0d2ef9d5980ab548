#include "tls_client.hpp"

#include <array>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdexcept>

#include "devicecore/base/ip_address.hpp"

namespace fleetsim::platform {
namespace {

void trust(SSL_CTX* context, const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  if (certificate == nullptr) throw std::runtime_error("no CA certificate");
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
  X509_free(certificate);
}

}  // namespace

TlsTestClient::TlsTestClient(const TlsTestOptions& options) : context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  if (!options.ca_pem.empty()) trust(context_.get(), options.ca_pem);
  if (options.version != 0) {
    SSL_CTX_set_min_proto_version(context_.get(), options.version);
    SSL_CTX_set_max_proto_version(context_.get(), options.version);
  }
  if (!options.ciphers.empty() && SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str()) != 1)
    throw std::runtime_error("unknown cipher suite");
  session_.reset(SSL_new(context_.get()));
  if (!options.host.empty()) {
    if (IpAddress::parse(options.host)) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_.get()), options.host.c_str());
    } else {
      SSL_set1_host(session_.get(), options.host.c_str());
    }
  }
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_bio(session_.get(), in_, out_);
  SSL_set_connect_state(session_.get());
  advance();
}

void TlsTestClient::advance() {
  if (open_ || failed_) return;
  ERR_clear_error();
  const int done = SSL_do_handshake(session_.get());
  open_ = done == 1;
  if (!open_ && SSL_get_error(session_.get(), done) != SSL_ERROR_WANT_READ) failed_ = true;
}

void TlsTestClient::give(std::string_view ciphertext) {
  if (!ciphertext.empty()) BIO_write(in_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  advance();
}

std::string TlsTestClient::take() {
  std::string all;
  std::array<char, 4096> buffer{};
  for (int n = BIO_read(out_, buffer.data(), 4096); n > 0; n = BIO_read(out_, buffer.data(), 4096))
    all.append(buffer.data(), static_cast<std::size_t>(n));
  return all;
}

void TlsTestClient::write(std::string_view plaintext) {
  if (SSL_write(session_.get(), plaintext.data(), static_cast<int>(plaintext.size())) <= 0) throw std::runtime_error("cannot write");
}

std::string TlsTestClient::read() {
  std::string all;
  std::array<char, 4096> buffer{};
  int n = 0;
  while ((n = SSL_read(session_.get(), buffer.data(), 4096)) > 0) all.append(buffer.data(), static_cast<std::size_t>(n));
  const int why = SSL_get_error(session_.get(), n);
  peer_closed_ = peer_closed_ || why == SSL_ERROR_ZERO_RETURN;
  failed_ = failed_ || why == SSL_ERROR_SSL;
  return all;
}

std::string TlsTestClient::server_key() const {
  X509* certificate = SSL_get0_peer_certificate(session_.get());
  return EVP_PKEY_get0_type_name(X509_get0_pubkey(certificate));
}

}  // namespace fleetsim::platform
