// What an upgrade over the air looks like on the wire: the version told to the platform, the platform's offer, the request for a part of
// the image, and the progress reports. Topics are in alink.hpp.
//
//   if (const auto offer = parse_upgrade_offer(message.payload)) client.begin(context, *offer);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/hash_port.hpp"
#include "devicecore/device_event.hpp"
#include "devicecore/text_writer.hpp"
#include "devicecore/url.hpp"

namespace fleetsim::device {

/// What the platform offers. The version points into the message, the address into `url_text`.
struct UpgradeOffer {
  Failure failure = Failure::none;  // upgrade_unsupported: it was an offer, but not one that this device can take
  std::uint32_t size = 0;
  HashMethod method = HashMethod::md5;
  std::array<std::uint8_t, kHashBytesMax> digest{};
  std::string_view version;
  std::string_view address;  // of the image: a good URL
};

/// Nothing when the message offers nothing: another code, no data, no version. The URL, with its escapes undone, goes to `url_text`, which
/// bounds it.
std::optional<UpgradeOffer> parse_upgrade_offer(ByteView payload, MutableBytes url_text);

/// The steps that the platform's page names for what went wrong; 1 to 100 are percent.
inline constexpr std::int8_t step_upgrade_failed = -1;
inline constexpr std::int8_t step_download_failed = -2;
inline constexpr std::int8_t step_verify_failed = -3;
inline constexpr std::int8_t step_flash_failed = -4;

/// {"id":"1","params":{"version":"1.0.1"}}: the default module has no name.
void put_version(TextWriter& text, std::uint32_t id, std::string_view version);
/// {"id":"2","params":{"step":"50","desc":"","module":"default"}}
void put_progress(TextWriter& text, std::uint32_t id, std::int8_t step);

/// GET of `size` bytes from `offset` on.
struct ImagePart {
  std::string_view host;
  std::string_view path;
  std::uint16_t port = 0;
  bool tls = false;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};
void put_image_request(TextWriter& text, const ImagePart& part);

}  // namespace fleetsim::device
