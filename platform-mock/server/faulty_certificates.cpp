#include "platform-mock/server/faulty_certificates.hpp"

#include <string>
#include <utility>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t large_names = 100;

/// "*.c" for "a.b.c" and "*.b.c" alike; addresses are written as names, too, and these count. Too short a name has none.
CertificateNames widened(const CertificateNames& names) {
  CertificateNames wide;
  const auto widen = [&](const std::string& name) {
    const std::size_t first = name.find('.');
    const std::size_t second = first == std::string::npos ? first : name.find('.', first + 1);
    if (second != std::string::npos) wide.dns.push_back("*" + name.substr(second));
  };
  for (const std::string& name : names.dns) widen(name);
  for (const std::string& address : names.addresses) widen(address);
  return wide;
}

}  // namespace

FaultyCertificates::FaultyCertificates(const TlsConfig& config, CertificateAuthority authority, CertificateNames names)
    : config_(config), authority_(std::move(authority)), names_(std::move(names)) {}

Result<const TlsServerContext*, CertificateError> FaultyCertificates::context(CertificateFault fault) {
  ensure(fault != CertificateFault::none);
  auto& kept = contexts_[static_cast<std::size_t>(fault)];
  if (kept == nullptr) {
    auto made = make(fault);
    if (!made) return fail(made.error());
    kept = std::make_unique<TlsServerContext>(std::move(*made));
  }
  return static_cast<const TlsServerContext*>(kept.get());
}

Result<TlsServerContext, CertificateError> FaultyCertificates::make(CertificateFault fault) const {
  switch (fault) {
    case CertificateFault::none:
      break;
    case CertificateFault::expired:
      return TlsServerContext::create(config_, authority_, names_, Validity::expired);
    case CertificateFault::not_yet_valid:
      return TlsServerContext::create(config_, authority_, names_, Validity::future);
    case CertificateFault::self_signed:
      return TlsServerContext::create_self_signed(config_, authority_, names_);
    case CertificateFault::old_version:
      return TlsServerContext::create_old(config_, authority_, names_);
    case CertificateFault::large: {
      CertificateNames many = names_;
      for (std::size_t i = 0; i < large_names; ++i)
        many.dns.push_back("name-" + std::to_string(i) + "." + std::string(40, 'x') + ".invalid");
      return TlsServerContext::create(config_, authority_, many);
    }
    case CertificateFault::client_only:
      return TlsServerContext::create_showing(config_, authority_.ground(),
                                              [&](KeyKind kind) { return authority_.issue_for_client(kind, names_); });
    case CertificateFault::no_intermediate:
      return through(Between::unsent_intermediate);
    case CertificateFault::leaf_issuer:
      return through(Between::leaf);
    case CertificateFault::intermediate:
      return through(Between::intermediate);
    case CertificateFault::wide_wildcard:
      return TlsServerContext::create(config_, authority_, widened(names_));
    case CertificateFault::tickets:
      return TlsServerContext::create_resuming(config_, authority_, names_);
    case CertificateFault::wrong_name:
      return TlsServerContext::create(config_, authority_, {.dns = {"elsewhere.invalid"}, .addresses = {}});
    case CertificateFault::unknown_ca: {
      const auto stranger = CertificateAuthority::create("fleetsim unknown CA", authority_.ground());
      if (!stranger) return fail(stranger.error());
      return TlsServerContext::create(config_, *stranger, names_);
    }
  }
  return fail(CertificateError{.what = "no certificate fault", .hint = {}});
}

Result<TlsServerContext, CertificateError> FaultyCertificates::through(Between who) const {
  return TlsServerContext::create_showing(config_, authority_.ground(),
                                          [&](KeyKind kind) { return authority_.issue_through(who, kind, names_); });
}

}  // namespace fleetsim::platform
