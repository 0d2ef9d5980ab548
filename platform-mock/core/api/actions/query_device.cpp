#include <charconv>
#include <string>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"
#include "platform-mock/core/api/text_coding.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t query_page_size_max = 50;
/// Pages further behind are reached by NextToken.
constexpr std::size_t paged_devices_max = 10000;

/// The token is the position to go on at: devices keep their order, and a new one comes behind.
std::optional<std::size_t> position_in(std::string_view token) {
  const auto text = decode_base64(token);
  std::size_t position = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), position);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return position;
}

void write_device(ActionCall& call, DeviceIndex device, std::string_view product_key) {
  const DeviceRecord& record = call.registry().device(device);
  const std::int64_t created = call.unix_ms(record.created);
  const std::string id = call.state.iot_id(device);
  call.out.item().member("ProductKey", product_key).member("DeviceName", record.name).member("DeviceSecret", record.secret);
  call.out.member("DeviceStatus", status_of(call, device)).member("IotId", id).member("DeviceId", id);
  call.out.member("Nickname", call.state.nickname(device)).member("DeviceType", "");
  call.out.member("GmtCreate", gmt_text(created)).member("GmtModified", gmt_text(created));
  call.out.member("UtcCreate", utc_text(created)).member("UtcModified", utc_text(created)).end();
}

}  // namespace

ActionResult query_device(ActionCall& call) {
  const Page page = call.in.page(query_page_size_max, page_size_default);
  const std::string_view token = call.in.optional("NextToken");
  const auto product = product_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  const auto from = token.empty() ? std::optional<std::size_t>{0} : position_in(token);
  if (!from) return ApiError::business("iot.common.InvalidPageParams", "\"NextToken\" is none that was given out");
  if (token.empty() && page.first() >= paged_devices_max)
    return ApiError::business("iot.common.InvalidPageParams", "beyond 10,000 devices go on by NextToken");

  const Registry& registry = call.registry();
  const auto devices = registry.devices_of(product->index);
  const std::string_view key = key_of(call, product->index);
  std::size_t seen = 0;  // residing here, from the position on
  std::size_t next = devices.size();
  const std::size_t skipped = token.empty() ? page.first() : 0;
  call.out.object("Data").array("DeviceInfo");
  for (std::size_t i = *from; i < devices.size(); ++i) {
    if (registry.device(devices[i]).listed_at() != product->place) continue;
    ++seen;
    if (seen <= skipped) continue;
    if (seen > skipped + page.size) {
      next = i;
      break;
    }
    write_device(call, devices[i], key);
  }
  call.out.end().end();
  const std::size_t total = registry.devices_listed(product->index, product->place);
  call.out.member("Total", total).member("PageCount", pages_of(total, page.size)).member("PageSize", page.size).member("Page", page.number);
  if (next < devices.size()) call.out.member("NextToken", base64_of(bytes_of(std::to_string(next))));
  return std::nullopt;
}

}  // namespace fleetsim::platform
