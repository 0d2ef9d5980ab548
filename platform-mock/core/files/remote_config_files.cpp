#include "platform-mock/core/files/remote_config_files.hpp"

#include <chrono>
#include <utility>

#include "platform-mock/core/api/text_coding.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t id_digits = 20;  // of the digest: the same content, the same id

}  // namespace

std::optional<PlatformError> RemoteConfigFiles::write(ProductIndex product, std::string content, things::RemoteConfigState state) {
  if (content.size() > config_.limits.remote_config_bytes)
    return PlatformError{"iot.prod.RemoteConfigTooLarge",
                         "the configuration has " + std::to_string(content.size()) + " bytes, limits.remote_config_bytes is " +
                             std::to_string(config_.limits.remote_config_bytes),
                         LimitKind::remote_config_bytes};
  std::string sign = hex_digest(digest_, DigestMethod::sha256, content);
  std::string id = sign.substr(0, id_digits);
  configs_.set(product, {.id = std::move(id), .content = std::move(content), .sign = std::move(sign), .state = state});
  return std::nullopt;
}

/// A name is the product's key, a dot, the configuration's id.
std::optional<ServedFile> RemoteConfigFiles::open(std::string_view name, std::string&) const {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto product = registry_.find_product(name.substr(0, dot));
  const things::RemoteConfig* const config = product ? configs_.find(*product) : nullptr;
  if (config == nullptr || config->id != name.substr(dot + 1)) return std::nullopt;
  return ServedFile{.content = config->content, .content_type = "application/json", .download_name = {}};
}

std::string RemoteConfigFiles::url_of(ProductIndex product, const things::RemoteConfig& config, std::int64_t unix_ms) const {
  const auto lifetime = std::chrono::floor<std::chrono::milliseconds>(config_.api.firmware_url_lifetime).count();
  const std::string name = std::string{registry_.product(product).config.key.view()}.append(".").append(config.id);
  return files_.url(remote_config_folder, name, unix_ms + lifetime, UrlScheme::tls_if_served);
}

}  // namespace fleetsim::platform
