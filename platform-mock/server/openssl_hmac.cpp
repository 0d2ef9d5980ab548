#include "platform-mock/server/openssl_hmac.hpp"

#include <algorithm>
#include <cstdlib>
#include <openssl/evp.h>

namespace fleetsim::platform {
namespace {

constexpr std::size_t kBlockBytes = 64;  // MD5, SHA-1 and SHA-256 alike (RFC 2104 §2: B)
constexpr std::array<const char*, 3> kNames = {"MD5", "SHA1", "SHA256"};

bool digest(evp_md_ctx_st* context, const evp_md_st* algorithm, ByteView first, ByteView second, std::uint8_t* out) {
  return EVP_DigestInit_ex2(context, algorithm, nullptr) == 1 && EVP_DigestUpdate(context, first.data(), first.size()) == 1 &&
         EVP_DigestUpdate(context, second.data(), second.size()) == 1 && EVP_DigestFinal_ex(context, out, nullptr) == 1;
}

}  // namespace

// EVP_MAC copies and re-creates contexts for each new key, and every device has its own key: the two hashes of RFC 2104 on one
// kept context cost half as much.
OpensslHmac::OpensslHmac() {
  for (std::size_t i = 0; i < digests_.size(); ++i) {
    digests_[i].algorithm = EVP_MD_fetch(nullptr, kNames[i], nullptr);
    digests_[i].context = EVP_MD_CTX_new();
    // Without these digests no signature can be checked: a broken OpenSSL installation, nothing to recover from.
    if (digests_[i].algorithm == nullptr || digests_[i].context == nullptr) std::abort();
  }
}

OpensslHmac::~OpensslHmac() {
  for (const Digest& digest : digests_) {
    EVP_MD_CTX_free(digest.context);
    EVP_MD_free(digest.algorithm);
  }
}

HmacPort OpensslHmac::port() { return {.compute = &OpensslHmac::compute, .context = this}; }

DigestPort OpensslHmac::digest_port() { return {.compute = &OpensslHmac::compute_digest, .context = this}; }

std::size_t OpensslHmac::compute_digest(void* context, DigestMethod method, ByteView content, MutableBytes out) {
  const std::size_t size = digest_bytes(method);
  if (out.size() < size) return 0;
  const HmacMethod same = method == DigestMethod::md5 ? HmacMethod::md5 : HmacMethod::sha256;
  const Digest& used = static_cast<OpensslHmac*>(context)->digests_[static_cast<std::size_t>(same)];
  return digest(used.context, used.algorithm, content, {}, out.data()) ? size : 0;
}

std::size_t OpensslHmac::compute(void* context, HmacMethod method, ByteView key, ByteView content, MutableBytes mac) {
  const std::size_t size = hmac_bytes(method);
  if (size == 0 || mac.size() < size) return 0;
  const Digest& used = static_cast<OpensslHmac*>(context)->digests_[static_cast<std::size_t>(method)];

  std::array<std::uint8_t, kBlockBytes> block{};
  if (key.size() > kBlockBytes) {
    if (!digest(used.context, used.algorithm, key, {}, block.data())) return 0;
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  std::array<std::uint8_t, kHmacBytesMax> inner{};
  for (std::uint8_t& byte : block) byte ^= 0x36;
  if (!digest(used.context, used.algorithm, block, content, inner.data())) return 0;
  for (std::uint8_t& byte : block) byte ^= 0x36 ^ 0x5c;
  if (!digest(used.context, used.algorithm, block, ByteView{inner}.first(size), mac.data())) return 0;
  return size;
}

}  // namespace fleetsim::platform
