#include "devicecore/secret_slot.hpp"

#include <cstddef>
#include <cstring>

#include "devicecore/checksum.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

// Numbers most significant byte first:
//    0  4  "FSDS"
//    4  1  format version
//    5  1  length of the secret, 1..64
//    6 64  secret, zeros behind it
//   70 86  zeros
//  156  4  CRC-32 of product key, device name and all before it
constexpr std::uint8_t magic[4] = {'F', 'S', 'D', 'S'};
constexpr std::uint8_t format_version = 1;
constexpr std::size_t version_at = 4;
constexpr std::size_t size_at = 5;
constexpr std::size_t secret_at = 6;
constexpr std::size_t checksum_at = limits::endpoint_slot_bytes - 4;
static_assert(secret_at + limits::device_secret_bytes_max <= checksum_at);

std::uint32_t checksum_of(const Identity& identity, ByteView slot) {
  const std::uint32_t names = crc32(bytes_of(identity.device_name()), crc32(bytes_of(identity.product_key())));
  return crc32(slot.first(checksum_at), names);
}

}  // namespace

void encode_secret(const Identity& identity, MutableBytes out) {
  out = out.first(limits::endpoint_slot_bytes);
  for (std::uint8_t& byte : out) byte = 0;
  const std::string_view secret = identity.device_secret();
  std::memcpy(out.data(), magic, sizeof magic);
  out[version_at] = format_version;
  out[size_at] = static_cast<std::uint8_t>(secret.size());
  std::memcpy(out.data() + secret_at, secret.data(), secret.size());
  const std::uint32_t checksum = checksum_of(identity, out);
  for (std::size_t i = 0; i < 4; ++i) out[checksum_at + i] = static_cast<std::uint8_t>(checksum >> (24 - 8 * i));
}

bool decode_secret(ByteView slot, Identity& identity) {
  if (slot.size() != limits::endpoint_slot_bytes) return false;
  if (std::memcmp(slot.data(), magic, sizeof magic) != 0 || slot[version_at] != format_version) return false;
  std::uint32_t checksum = 0;
  for (std::size_t i = 0; i < 4; ++i) checksum = checksum << 8 | slot[checksum_at + i];
  if (checksum != checksum_of(identity, slot) || slot[size_at] > limits::device_secret_bytes_max) return false;
  return identity.take_secret(text_of(slot.subspan(secret_at, slot[size_at])));
}

}  // namespace fleetsim::device
