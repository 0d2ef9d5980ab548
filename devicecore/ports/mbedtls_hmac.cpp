#include "devicecore/ports/mbedtls_hmac.hpp"

namespace fleetsim::device {
namespace {

constexpr std::array<HmacMethod, 3> methods = {HmacMethod::md5, HmacMethod::sha1, HmacMethod::sha256};

mbedtls_md_type_t digest_of(HmacMethod method) {
  switch (method) {
    case HmacMethod::md5:
      return MBEDTLS_MD_MD5;
    case HmacMethod::sha1:
      return MBEDTLS_MD_SHA1;
    case HmacMethod::sha256:
      return MBEDTLS_MD_SHA256;
  }
  return MBEDTLS_MD_NONE;
}

std::size_t place_of(HmacMethod method) { return static_cast<std::size_t>(method); }

}  // namespace

MbedtlsHmac::MbedtlsHmac() {
  ready_ = true;
  for (const HmacMethod method : methods) {
    mbedtls_md_context_t& context = contexts_[place_of(method)];
    mbedtls_md_init(&context);
    const mbedtls_md_info_t* digest = mbedtls_md_info_from_type(digest_of(method));
    ready_ = ready_ && digest != nullptr && mbedtls_md_setup(&context, digest, 1) == 0;
  }
}

MbedtlsHmac::~MbedtlsHmac() {
  for (mbedtls_md_context_t& context : contexts_) mbedtls_md_free(&context);
}

std::size_t MbedtlsHmac::compute(void* context, HmacMethod method, ByteView key, ByteView content, MutableBytes mac) {
  auto& self = *static_cast<MbedtlsHmac*>(context);
  const std::size_t bytes = hmac_bytes(method);
  if (!self.ready_ || mac.size() < bytes) return 0;
  mbedtls_md_context_t& digest = self.contexts_[place_of(method)];
  // mbedtls_md_hmac() would allocate twice a call; these three work on the context that is there.
  const bool done = mbedtls_md_hmac_starts(&digest, key.data(), key.size()) == 0 &&
                    mbedtls_md_hmac_update(&digest, content.data(), content.size()) == 0 &&
                    mbedtls_md_hmac_finish(&digest, mac.data()) == 0;
  return done ? bytes : 0;
}

}  // namespace fleetsim::device
