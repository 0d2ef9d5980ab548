#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/record_page.hpp"
#include "platform-mock/core/files/device_files.hpp"

namespace fleetsim::platform {

/// Files that the device has uploaded where it resides now.
ActionResult query_device_file_list(ActionCall& call) {
  const Page page = call.in.page(page_size_max, page_size_default);
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const things::ThingDetails* const details = details_of(call, *device);
  const std::size_t total = details == nullptr ? 0 : details->files.size();
  call.out.object("Data").array("FileSummary");
  for (std::size_t i = page.first(); i < std::min(total, page.first() + page.size); ++i) {
    const things::DeviceFile& file = details->files[i];
    call.out.item().member("FileId", file_id(file.name)).member("Name", file.name).member("Size", std::to_string(file.content.size()));
    call.out.member("UtcCreatedOn", utc_text(file.time_ms)).end();
  }
  call.out.end().end().member("Total", total).member("CurrentPage", page.number);
  call.out.member("PageCount", pages_of(total, page.size)).member("PageSize", page.size);
  return std::nullopt;
}

}  // namespace fleetsim::platform
