// OpenSSL whose random numbers a seed decides: keys, hellos and signatures are the same in every run of a simulation. A library context of
// its own, so that nothing else in the process draws from it, and nothing there draws from the host.
//
//   SeededScope scope(random);                                       // of the calling thread, as long as it lives
//   auto authority = CertificateAuthority::create("simulated CA", {.library = seeded_openssl(), .unix_seconds = 1'767'225'600});
//
// Whoever draws outside of a scope fails: a forgotten scope is an error, not a secret look at the host.
#pragma once

#include "devicecore/base/bytes.hpp"
#include "platform-mock/server/openssl_handles.hpp"

namespace fleetsim::platform {

/// Where random bytes come from.
class RandomBytes {
 public:
  virtual ~RandomBytes() = default;
  virtual void fill(MutableBytes out) = 0;
};

/// Made once in a process; null when this OpenSSL cannot do it.
ossl_lib_ctx_st* seeded_openssl();

/// For others who are to draw as OpenSSL does: from the scope of the calling thread. False: there is none.
bool fill_from_scope(MutableBytes out);

/// While it lives, what the calling thread does with seeded_openssl() draws from `random`. Scopes may nest.
class SeededScope {
 public:
  explicit SeededScope(RandomBytes& random);
  ~SeededScope();
  SeededScope(const SeededScope&) = delete;
  SeededScope& operator=(const SeededScope&) = delete;

 private:
  RandomBytes* before_;
};

}  // namespace fleetsim::platform
