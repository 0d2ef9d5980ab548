#include "devicecore/secret_slot.hpp"

#include <cstddef>
#include <cstring>

#include "devicecore/checksum.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

// Numbers most significant byte first:
//    0  4  "FSDS"
//    4  1  format version: 1 with a secret, 2 with a token (who knows no tokens finds no whole record)
//    5  1  length of the secret or token, 1..64
//    6 64  secret or token, zeros behind it
//   70  1  length of the token's client id, 1..64; 0 of a secret
//   71 64  client id, zeros behind it
//  135 21  zeros
//  156  4  CRC-32 of product key, device name and all before it
constexpr std::uint8_t magic[4] = {'F', 'S', 'D', 'S'};
constexpr std::uint8_t version_of_secret = 1;
constexpr std::uint8_t version_of_token = 2;
constexpr std::size_t version_at = 4;
constexpr std::size_t size_at = 5;
constexpr std::size_t secret_at = 6;
constexpr std::size_t client_id_size_at = secret_at + limits::device_secret_bytes_max;
constexpr std::size_t client_id_at = client_id_size_at + 1;
constexpr std::size_t checksum_at = limits::endpoint_slot_bytes - 4;
static_assert(client_id_at + limits::client_id_bytes_max <= checksum_at);

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
  out[version_at] = identity.has_token() ? version_of_token : version_of_secret;
  out[size_at] = static_cast<std::uint8_t>(secret.size());
  std::memcpy(out.data() + secret_at, secret.data(), secret.size());
  const std::string_view client_id = identity.token_client_id();
  out[client_id_size_at] = static_cast<std::uint8_t>(client_id.size());
  std::memcpy(out.data() + client_id_at, client_id.data(), client_id.size());
  const std::uint32_t checksum = checksum_of(identity, out);
  for (std::size_t i = 0; i < 4; ++i) out[checksum_at + i] = static_cast<std::uint8_t>(checksum >> (24 - 8 * i));
}

bool decode_secret(ByteView slot, Identity& identity) {
  if (slot.size() != limits::endpoint_slot_bytes) return false;
  if (std::memcmp(slot.data(), magic, sizeof magic) != 0) return false;
  std::uint32_t checksum = 0;
  for (std::size_t i = 0; i < 4; ++i) checksum = checksum << 8 | slot[checksum_at + i];
  if (checksum != checksum_of(identity, slot) || slot[size_at] > limits::device_secret_bytes_max) return false;
  const std::string_view secret = text_of(slot.subspan(secret_at, slot[size_at]));
  if (slot[version_at] == version_of_secret) return identity.take_secret(secret);
  if (slot[version_at] != version_of_token || slot[client_id_size_at] > limits::client_id_bytes_max) return false;
  return identity.take_token(text_of(slot.subspan(client_id_at, slot[client_id_size_at])), secret);
}

}  // namespace fleetsim::device
