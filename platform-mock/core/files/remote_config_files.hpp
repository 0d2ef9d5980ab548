// The remote configurations of products as files, each behind a URL that its devices are told. A file that was replaced is gone: whoever
// comes with an older URL asks anew.
//
//   RemoteConfigFiles files(config, ports, registry, configs, file_server);
//   files.write(product, R"({"interval":60})", things::RemoteConfigState::on);
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform-mock/core/files/file_server.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/platform_error.hpp"
#include "platform-mock/core/ports.hpp"
#include "platform-mock/core/registry.hpp"
#include "platform-mock/core/things/remote_config.hpp"

namespace fleetsim::platform {

inline constexpr std::string_view remote_config_folder = "config";

class RemoteConfigFiles final : public FileSource, public things::RemoteConfigUrls {
 public:
  /// All must outlive this.
  RemoteConfigFiles(const PlatformConfig& config, const Ports& ports, const Registry& registry, things::RemoteConfigs& configs,
                    const FileServer& files)
      : config_(config), digest_(ports.digest), registry_(registry), configs_(configs), files_(files) {}

  /// What the product's devices fetch from now on: JSON text. Nothing on success.
  std::optional<PlatformError> write(ProductIndex product, std::string content, things::RemoteConfigState state);

  std::optional<ServedFile> open(std::string_view name, std::string& scratch) const override;
  std::string url_of(ProductIndex product, const things::RemoteConfig& config, std::int64_t unix_ms) const override;

 private:
  const PlatformConfig& config_;
  DigestPort digest_;
  const Registry& registry_;
  things::RemoteConfigs& configs_;
  const FileServer& files_;
};

}  // namespace fleetsim::platform
