// A throw-away certificate authority for the mock's listeners. Its key stays in memory unless a file is asked for.
//
//   auto authority = CertificateAuthority::create();             // a new one
//   auto authority = CertificateAuthority::load_or_create(path); // the one of an earlier run
//   auto leaf = authority->issue(KeyKind::rsa_2048, {.dns = {"localhost"}, .addresses = {"127.0.0.1"}});
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/certificate_names.hpp"
#include "platform-mock/server/openssl_handles.hpp"

namespace fleetsim::platform {

enum class KeyKind : std::uint8_t { rsa_2048, ecdsa_p256 };

struct ServerIdentity {
  CertificateHandle certificate;
  KeyHandle key;
  std::vector<CertificateHandle> chain{};  // what is sent with it: who signed it, but for the authority itself
};

struct CertificateError {
  std::string what;
  std::string hint;
};

/// Of a server's certificate; an expired one is for tests of who looks.
enum class Validity : std::uint8_t { current, expired, future };

/// Who stands between a server's certificate and the authority.
enum class Between : std::uint8_t {
  intermediate,         // a CA that the authority has signed
  unsent_intermediate,  // such a one, whose certificate a server keeps to itself; its own tells where to fetch it, and there is none
  leaf,                 // the certificate of another server: no CA
};

class CertificateAuthority {
 public:
  static constexpr const char* default_name = "fleetsim throw-away CA";

  static Result<CertificateAuthority, CertificateError> create(const char* common_name = default_name, const TlsGround& ground = {});
  /// Reads certificate and key (PEM) from `path`. A missing file is made, readable by its owner only.
  static Result<CertificateAuthority, CertificateError> load_or_create(const std::string& path);

  Result<ServerIdentity, CertificateError> issue(KeyKind kind, const CertificateNames& names, Validity validity = Validity::current) const;
  /// Signed by its own key, which nobody trusts.
  Result<ServerIdentity, CertificateError> issue_self_signed(KeyKind kind, const CertificateNames& names) const;
  /// With the extended key usage of a client.
  Result<ServerIdentity, CertificateError> issue_for_client(KeyKind kind, const CertificateNames& names) const;
  Result<ServerIdentity, CertificateError> issue_through(Between who, KeyKind kind, const CertificateNames& names) const;
  /// The certificate alone.
  const std::string& pem() const { return pem_; }
  const TlsGround& ground() const { return ground_; }

 private:
  CertificateAuthority(CertificateHandle certificate, KeyHandle key, std::string pem);
  static Result<CertificateAuthority, CertificateError> load(const std::string& path);

  CertificateHandle certificate_;
  KeyHandle key_;
  std::string pem_;
  TlsGround ground_;
};

}  // namespace fleetsim::platform
