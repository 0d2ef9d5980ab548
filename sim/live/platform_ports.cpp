#include "sim/live/platform_ports.hpp"

#include "platform-mock/server/openssl_hmac.hpp"

namespace fleetsim::sim {
namespace {

/// Its contexts belong to one thread.
platform::OpensslHmac& hmac_of_thread() {
  thread_local platform::OpensslHmac hmac;
  return hmac;
}

}  // namespace

platform::Ports host_platform_ports(std::uint64_t seed) {
  static constexpr auto sign = [](void*, HmacMethod method, ByteView key, ByteView content, MutableBytes mac) -> std::size_t {
    const HmacPort port = hmac_of_thread().port();
    return port.compute(port.context, method, key, content, mac);
  };
  static constexpr auto digest = [](void*, platform::DigestMethod method, ByteView content, MutableBytes out) -> std::size_t {
    const platform::DigestPort port = hmac_of_thread().digest_port();
    return port.compute(port.context, method, content, out);
  };
  platform::Ports ports;
  ports.hmac = {sign, nullptr};
  ports.digest = {digest, nullptr};
  ports.seed = seed;
  return ports;
}

}  // namespace fleetsim::sim
