// Firmware images of a run: bytes that are what their name says, served by the platform's file server for as long as the run takes.
//
//   FirmwareImages images;
//   const FirmwareImages::Image& image = images.make("2.0.0", 64 * 1024);
//   files.add(FirmwareImages::folder, images);
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "platform-mock/core/files/file_server.hpp"

namespace fleetsim::sim {

class FirmwareImages final : public platform::FileSource {
 public:
  static constexpr std::string_view folder = "run-firmware";

  struct Image {
    std::string name;  // of the file
    std::string content;
    std::string md5;  // hex digits, as the next
    std::string sha256;
  };
  /// The same version and size make the same bytes.
  const Image& make(std::string_view version, std::uint32_t size_bytes);

  std::optional<platform::ServedFile> open(std::string_view name, std::string& scratch) const override;

 private:
  std::deque<Image> images_;  // an image stays where it is
};

}  // namespace fleetsim::sim
