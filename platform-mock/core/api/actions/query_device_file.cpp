#include <chrono>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/file_access.hpp"

namespace fleetsim::platform {

ActionResult query_device_file(ActionCall& call) {
  const auto found = device_file_in_sight(call);
  if (!found) return found.error();
  const things::DeviceFile& file = found->file;
  const auto lifetime = std::chrono::floor<std::chrono::milliseconds>(call.config.api.file_url_lifetime).count();
  const std::string name = served_name(found->device, found->place, file);
  call.out.object("Data")
      .member("FileId", file_id(file.name))
      .member("Name", file.name)
      .member("Size", std::to_string(file.content.size()));
  call.out.member("DownloadUrl", call.files.url(device_file_folder, name, call.unix_ms(call.now) + lifetime));
  call.out.member("UtcCreatedOn", utc_text(file.time_ms)).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
