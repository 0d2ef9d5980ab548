#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

/// The newest first.
ActionResult list_ota_firmware(ActionCall& call) {
  const Page page = call.in.page(page_size_max, page_size_default);
  const std::string_view version = call.in.optional("DestVersion");
  std::optional<ProductIndex> product;
  if (call.in.has("ProductKey")) {
    const auto seen = product_in_sight(call);
    if (!seen) return seen.error();
    product = seen->index;
  }
  if (call.in.failed()) return call.in.error();
  const ota::FirmwareStore& store = call.platform.firmwares();
  std::vector<ota::FirmwareIndex> all;
  for (std::size_t i = store.count(); i-- > 0;) {
    const ota::FirmwareIndex index{static_cast<std::uint32_t>(i)};
    const ota::Firmware& firmware = store.at(index);
    const bool is_wanted = (!product || firmware.product == *product) && (version.empty() || firmware.facts.version == version);
    if (!firmware.removed && firmware.owner == call.account && is_wanted) all.push_back(index);
  }
  call.out.object("FirmwareInfo").array("SimpleFirmwareInfo");
  for (std::size_t i = page.first(); i < std::min(all.size(), page.first() + page.size); ++i) {
    call.out.item();
    write_firmware(call, all[i]);
    call.out.end();
  }
  call.out.end().end().member("Total", all.size()).member("CurrentPage", page.number);
  call.out.member("PageCount", pages_of(all.size(), page.size)).member("PageSize", page.size);
  return std::nullopt;
}

}  // namespace fleetsim::platform
