// The firmware image that a bench's platform serves to whoever is to be upgraded.
//
//   BenchFirmware firmware;                                    // outlives the platform
//   host.call([&](Platform& platform, auto&, auto) { image = firmware.serve(platform); });
#pragma once

#include <optional>

#include "platform-mock/core/platform.hpp"
#include "sim/conformance/bench.hpp"
#include "sim/world/firmware_images.hpp"

namespace fleetsim::sim {

class BenchFirmware {
 public:
  /// What a device that is to be upgraded tells at first.
  static constexpr std::string_view first_version = "exam-1.0.0";

  /// Made when it is wanted first.
  const FirmwareImage& serve(platform::Platform& platform);

 private:
  FirmwareImages images_;
  std::optional<FirmwareImage> image_;
};

}  // namespace fleetsim::sim
