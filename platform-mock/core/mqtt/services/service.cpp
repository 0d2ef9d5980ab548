#include "platform-mock/core/mqtt/services/service.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace fleetsim::platform::mqtt {

void write_system_topic(std::string& out, const DeviceNames& names, std::string_view tail) {
  out.assign("/sys/").append(names.product_key).append("/").append(names.device_name).append("/").append(tail);
}

void append_number(std::string& out, std::int64_t value) {
  std::array<char, std::numeric_limits<std::int64_t>::digits10 + 3> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_names(std::string& out, const DeviceNames& names) {
  out.append("\"productKey\":");
  append_json_string(out, names.product_key);
  out.append(",\"deviceName\":");
  append_json_string(out, names.device_name);
}

DeviceNames names_of(const Registry& registry, DeviceIndex device) {
  const DeviceRecord& record = registry.device(device);
  return {.product_key = registry.product(record.product).config.key.view(), .device_name = record.name};
}

}  // namespace fleetsim::platform::mqtt
