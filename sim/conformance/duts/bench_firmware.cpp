#include "sim/conformance/duts/bench_firmware.hpp"

#include <limits>
#include <string>

namespace fleetsim::sim {
namespace {

constexpr std::string_view image_folder = "exam-firmware";        // beside the run's own
constexpr std::uint32_t image_bytes = std::uint32_t{128} * 1024;  // half a second of a download in simulated time

}  // namespace

const FirmwareImage& BenchFirmware::serve(platform::Platform& platform) {
  if (image_) return *image_;
  const FirmwareImages::Image& image = images_.make("exam", image_bytes);
  platform.files().add(std::string(image_folder), images_);
  constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max() / 2;
  image_ = {.url = platform.files().url(image_folder, image.name, never, platform::UrlScheme::tls_if_served),
            .size = image.content.size(),
            .md5 = image.md5};
  return *image_;
}

}  // namespace fleetsim::sim
