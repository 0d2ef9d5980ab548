// Owning handles for the OpenSSL objects that the server keeps, without naming OpenSSL's headers.
//
//   KeyHandle key{EVP_RSA_gen(2048)};
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

struct evp_pkey_st;
struct x509_st;
struct ssl_ctx_st;
struct ssl_st;
struct ossl_lib_ctx_st;

namespace fleetsim::platform {

/// What keys and certificates stand on; by default OpenSSL as the process has it, and the host's clock.
struct TlsGround {
  ossl_lib_ctx_st* library = nullptr;             // null: the process's own
  std::optional<std::int64_t> unix_seconds = {};  // what time it is, for ever; nothing that goes out may then tell another
};

struct OpensslDeleter {
  void operator()(evp_pkey_st* key) const;
  void operator()(x509_st* certificate) const;
  void operator()(ssl_ctx_st* context) const;
  void operator()(ssl_st* session) const;
};

using KeyHandle = std::unique_ptr<evp_pkey_st, OpensslDeleter>;
using CertificateHandle = std::unique_ptr<x509_st, OpensslDeleter>;
using TlsContextHandle = std::unique_ptr<ssl_ctx_st, OpensslDeleter>;
using TlsSessionHandle = std::unique_ptr<ssl_st, OpensslDeleter>;

}  // namespace fleetsim::platform
