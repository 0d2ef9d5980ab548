// Files that devices have uploaded, as files behind URLs. They are runtime data: each belongs to the place where it was made.
//
//   DeviceFiles device_files(things);
//   files.add(std::string{device_file_folder}, device_files);
//   files.url(device_file_folder, served_name(device, place, file), expires_unix_ms);
#pragma once

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/files/file_server.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

inline constexpr std::string_view device_file_folder = "device";

/// The same name, the same id.
inline std::string file_id(std::string_view name) { return hex_of(bytes_of(name)); }

inline const things::DeviceFile* file_of_id(const things::ThingDetails& details, std::string_view id) {
  for (const things::DeviceFile& file : details.files)
    if (file_id(file.name) == id) return &file;
  return nullptr;
}

/// "7.0.1.6c6f67": the device, the instance and the account where the file was made, and its id.
inline std::string served_name(DeviceIndex device, const Place& place, const things::DeviceFile& file) {
  return std::to_string(device.value) + "." + std::to_string(place.instance.value) + "." + std::to_string(place.account.value) + "." +
         file_id(file.name);
}

class DeviceFiles final : public FileSource {
 public:
  explicit DeviceFiles(const things::ThingStore& things) : things_(things) {}

  std::optional<ServedFile> open(std::string_view name, std::string&) const override {
    std::array<std::uint32_t, 3> numbers{};
    for (std::uint32_t& number : numbers) {
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
      if (error != std::errc{} || end == name.data() + name.size() || *end != '.') return std::nullopt;
      name.remove_prefix(static_cast<std::size_t>(end + 1 - name.data()));
    }
    const Place place{InstanceIndex{numbers[1]}, AccountIndex{numbers[2]}};
    const things::ThingData* const thing = things_.find(DeviceIndex{numbers[0]}, place);
    const things::ThingDetails* const details = thing == nullptr ? nullptr : thing->known_details();
    const things::DeviceFile* const file = details == nullptr ? nullptr : file_of_id(*details, name);
    if (file == nullptr) return std::nullopt;
    return ServedFile{.content = text_of(ByteView{file->content}), .download_name = {}};
  }

 private:
  const things::ThingStore& things_;
};

}  // namespace fleetsim::platform
