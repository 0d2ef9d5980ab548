#include <chrono>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/record_page.hpp"
#include "platform-mock/core/files/device_files.hpp"

namespace fleetsim::platform {

ActionResult query_device_file(ActionCall& call) {
  const std::string_view id = call.in.required("FileId");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const things::ThingDetails* const details = details_of(call, *device);
  const things::DeviceFile* const file = details == nullptr ? nullptr : file_of_id(*details, id);
  if (file == nullptr) return unknown_file();
  const auto lifetime = std::chrono::floor<std::chrono::milliseconds>(call.config.api.file_url_lifetime).count();
  const std::string name = served_name(*device, call.registry().device(*device).resides_at(), *file);
  call.out.object("Data").member("FileId", id).member("Name", file->name).member("Size", std::to_string(file->content.size()));
  call.out.member("DownloadUrl", call.files.url(device_file_folder, name, call.unix_ms(call.now) + lifetime));
  call.out.member("UtcCreatedOn", utc_text(file->time_ms)).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
