#include "platform-mock/core/things/thing_data.hpp"

#include <algorithm>

namespace fleetsim::platform::things {

bool ThingDetails::set_version(std::string_view module, std::string_view version, std::int64_t now_ms, const ThingLimits& limits) {
  if (module.empty() || module.size() > module_name_bytes_max || version.empty() || version.size() > version_bytes_max) return false;
  auto at = std::find_if(modules.begin(), modules.end(), [module](const ModuleVersion& known) { return known.module == module; });
  if (at == modules.end()) {
    if (modules.size() >= limits.firmware_modules_per_device) return false;
    at = modules.insert(modules.end(), {.module = std::string(module), .version = {}, .time_ms = 0});
  }
  at->version = version;
  at->time_ms = now_ms;
  return true;
}

std::string_view ThingDetails::version_of(std::string_view module) const {
  const auto at = std::find_if(modules.begin(), modules.end(), [module](const ModuleVersion& known) { return known.module == module; });
  return at == modules.end() ? std::string_view{} : std::string_view(at->version);
}

bool ThingDetails::add_file(std::string_view name, ByteView content, std::int64_t now_ms, const ThingLimits& limits) {
  if (name.empty() || name.size() > file_name_bytes_max || content.size() > limits.device_file_bytes) return false;
  auto at = std::find_if(files.begin(), files.end(), [name](const DeviceFile& known) { return known.name == name; });
  if (at == files.end()) {
    if (files.size() >= limits.files_per_device) return false;
    at = files.insert(files.end(), {.name = std::string(name), .content = {}, .time_ms = 0});
  }
  at->content.assign(content.begin(), content.end());
  at->time_ms = now_ms;
  return true;
}

bool ThingDetails::remove_file(std::string_view name) {
  return std::erase_if(files, [name](const DeviceFile& known) { return known.name == name; }) > 0;
}

const DeviceFile* ThingDetails::find_file(std::string_view name) const {
  const auto at = std::find_if(files.begin(), files.end(), [name](const DeviceFile& known) { return known.name == name; });
  return at == files.end() ? nullptr : &*at;
}

}  // namespace fleetsim::platform::things
