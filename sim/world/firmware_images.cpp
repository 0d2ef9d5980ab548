#include "sim/world/firmware_images.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "devicecore/ports/mbedtls_hash.hpp"

namespace fleetsim::sim {
namespace {

std::string digest_of(HashMethod method, std::string_view content) {
  constexpr std::string_view digits = "0123456789abcdef";
  const HashPort port = device::mbedtls_hash();
  alignas(std::max_align_t) std::array<std::uint8_t, kHashStateBytesMax> state{};
  std::array<std::uint8_t, kHashBytesMax> digest{};
  const bool done = port.start(port.context, method, state) && port.update(port.context, method, state, bytes_of(content)) &&
                    port.finish(port.context, method, state, digest);
  std::string hex;
  for (const std::uint8_t byte : std::span(digest).first(done ? hash_bytes(method) : 0)) {
    hex.push_back(digits[byte >> 4]);
    hex.push_back(digits[byte & 0x0fU]);
  }
  return hex;
}

/// No two parts alike, so that a device that mixes parts up cannot pass.
std::string content_of(std::string_view version, std::uint32_t size_bytes) {
  std::string content;
  content.reserve(size_bytes);
  for (std::uint32_t line = 0; content.size() < size_bytes; ++line) {
    content.append(version);
    content.append(" line ").append(std::to_string(line)).push_back('\n');
  }
  content.resize(size_bytes);
  return content;
}

}  // namespace

const FirmwareImages::Image& FirmwareImages::make(std::string_view version, std::uint32_t size_bytes) {
  Image image{
      .name = "image-" + std::to_string(images_.size() + 1) + ".bin", .content = content_of(version, size_bytes), .md5 = {}, .sha256 = {}};
  image.md5 = digest_of(HashMethod::md5, image.content);
  image.sha256 = digest_of(HashMethod::sha256, image.content);
  return images_.emplace_back(std::move(image));
}

std::optional<platform::ServedFile> FirmwareImages::open(std::string_view name, std::string&) const {
  const auto at = std::find_if(images_.begin(), images_.end(), [name](const Image& image) { return image.name == name; });
  if (at == images_.end()) return std::nullopt;
  return platform::ServedFile{.content = at->content, .download_name = at->name};
}

}  // namespace fleetsim::sim
