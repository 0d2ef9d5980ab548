// HMAC for a device by mbedTLS. The contexts are set up once and kept, so a signature allocates nothing. One object per thread; it must
// outlive every HmacPort it gave.
//
//   MbedtlsHmac hmac;
//   if (!hmac.ready()) return out_of_memory();
//   config.hmac = hmac.port();
#pragma once

#include <array>
#include <cstddef>
#include <mbedtls/md.h>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/hmac_port.hpp"

namespace fleetsim::device {

class MbedtlsHmac {
 public:
  MbedtlsHmac();
  ~MbedtlsHmac();
  MbedtlsHmac(const MbedtlsHmac&) = delete;
  MbedtlsHmac& operator=(const MbedtlsHmac&) = delete;

  /// False when memory was short, or when this mbedTLS was built without one of the digests.
  bool ready() const { return ready_; }

  HmacPort port() { return {&MbedtlsHmac::compute, this}; }

 private:
  static std::size_t compute(void* context, HmacMethod method, ByteView key, ByteView content, MutableBytes mac);

  std::array<mbedtls_md_context_t, 3> contexts_{};
  bool ready_ = false;
};

}  // namespace fleetsim::device
