#include "platform-mock/core/api/action.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"
#include "platform-mock/core/platform_error.hpp"

namespace fleetsim::platform {
namespace {

ApiError no_product(std::string_view key) {
  return ApiError::business("iot.prod.NotExistedProduct", "there is no product " + quoted(key) + " here");
}

ApiError no_device(std::string_view name) {
  return ApiError::business("iot.device.NotExistedDevice", "there is no device " + quoted(name) + " here");
}

void append_digits(std::string& out, std::int64_t value, std::size_t digits) {
  char text[24];
  const char* const end = std::to_chars(text, text + sizeof text, value).ptr;  // 64 bits always fit
  const auto size = static_cast<std::size_t>(end - text);
  if (size < digits) out.append(digits - size, '0');
  out.append(text, size);
}

struct CalendarTime {
  std::chrono::year_month_day date{};
  std::chrono::weekday weekday{};
  std::int64_t ms_of_day = 0;
};

CalendarTime calendar_of(std::int64_t unix_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds{unix_ms}};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  return {std::chrono::year_month_day{day}, std::chrono::weekday{day}, (at - day).count()};
}

void append_time_of_day(std::string& out, std::int64_t ms_of_day) {
  append_digits(out, ms_of_day / 3'600'000, 2);
  out.push_back(':');
  append_digits(out, ms_of_day / 60'000 % 60, 2);
  out.push_back(':');
  append_digits(out, ms_of_day / 1000 % 60, 2);
}

}  // namespace

std::int64_t ActionCall::unix_ms(Instant at) const {
  return unix_epoch_ms + std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

std::string ActionCall::digest_of(DigestMethod method, std::string_view content) const { return hex_digest(digest, method, content); }

LaterAnswer ActionCall::promise(Duration timeout) {
  // Whoever answers keeps its own time; this is for the case that it never does.
  constexpr Duration grace = std::chrono::seconds{1};
  later_until = now + timeout + grace;
  return {&platform, connection, state.promise(connection)};
}

Result<Place, ApiError> place_of(ActionCall& call) {
  const Registry& registry = call.registry();
  const std::string_view id = call.in.optional("IotInstanceId");
  if (!id.empty()) {
    const auto instance = registry.find_instance(id);
    if (!instance) return fail(ApiError::business("iot.system.InstanceNotFound", "there is no instance " + quoted(id)));
    if (!registry.instance(*instance).serves(call.account))
      return fail(ApiError::business("iot.common.AuthActionPermissionDeny", "instance " + quoted(id) + " belongs to another account"));
    return Place{*instance, call.account};
  }
  const std::string_view region_id = call.in.optional("RegionId");
  const auto region = region_id.empty() ? std::optional{call.region} : registry.find_region(region_id);
  const auto instance = region ? registry.public_instance_of(*region) : std::nullopt;
  if (!instance)
    return fail(ApiError::business("iot.system.InstanceNotFound", "the region has no public instance: name one by IotInstanceId"));
  return Place{*instance, call.account};
}

Result<ProductInSight, ApiError> product_in_sight(ActionCall& call) {
  const std::string_view key = call.in.required("ProductKey");
  if (call.in.failed()) return fail(call.in.error());
  const auto place = place_of(call);
  if (!place) return fail(place.error());
  const auto product = call.registry().find_product(key);
  if (!product || !call.registry().visible_at(*product, *place)) return fail(no_product(key));
  return ProductInSight{*product, *place};
}

Result<DeviceIndex, ApiError> device_of(const ActionCall& call, const ProductInSight& product, std::string_view name) {
  const Registry& registry = call.registry();
  const auto device = registry.find_device(product.index, name);
  if (!device || registry.device(*device).listed_at() != product.place) return fail(no_device(name));
  return *device;
}

Result<DeviceIndex, ApiError> device_in_sight(ActionCall& call) {
  const std::string_view id = call.in.optional("IotId");
  if (id.empty()) {
    const std::string_view name = call.in.required("DeviceName");
    const auto product = product_in_sight(call);
    if (!product) return fail(product.error());
    return device_of(call, *product, name);
  }
  const auto place = place_of(call);
  if (!place) return fail(place.error());
  const Registry& registry = call.registry();
  const auto device = call.state.device_of_iot_id(id);
  const bool here = device && device->value < registry.device_count() && !registry.device(*device).removed &&
                    registry.device(*device).listed_at() == *place;
  if (!here) return fail(no_device(id));
  return *device;
}

std::string_view key_of(const ActionCall& call, ProductIndex product) { return call.registry().product(product).config.key.view(); }

std::string_view status_of(const ActionCall& call, DeviceIndex device) {
  const DeviceRecord& record = call.registry().device(device);
  if (!record.enabled) return "DISABLE";
  if (!record.activated) return "UNACTIVE";
  return call.platform.devices().is_online(device) ? "ONLINE" : "OFFLINE";
}

std::string gmt_text(std::int64_t unix_ms) {
  static constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CalendarTime at = calendar_of(unix_ms);
  std::string out{days[at.weekday.c_encoding()]};
  out.append(", ");
  append_digits(out, static_cast<unsigned>(at.date.day()), 2);
  out.append("-").append(months[static_cast<unsigned>(at.date.month()) - 1]).append("-");
  append_digits(out, static_cast<int>(at.date.year()), 4);
  out.push_back(' ');
  append_time_of_day(out, at.ms_of_day);
  return out.append(" GMT");
}

std::string utc_text(std::int64_t unix_ms) {
  const CalendarTime at = calendar_of(unix_ms);
  std::string out;
  append_digits(out, static_cast<int>(at.date.year()), 4);
  out.push_back('-');
  append_digits(out, static_cast<unsigned>(at.date.month()), 2);
  out.push_back('-');
  append_digits(out, static_cast<unsigned>(at.date.day()), 2);
  out.push_back('T');
  append_time_of_day(out, at.ms_of_day);
  out.push_back('.');
  append_digits(out, at.ms_of_day % 1000, 3);
  return out.append("Z");
}

}  // namespace fleetsim::platform
