#include "platform-mock/core/console/console_call.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>

#include "platform-mock/core/digits.hpp"
#include "platform-mock/core/distribution_rules.hpp"

namespace fleetsim::platform {
namespace {

std::uint16_t status_of(std::string_view code) {
  constexpr std::string_view missing[] = {"iot.system.UidNotFound", "iot.system.InstanceNotFound", "iot.prod.NotExistedProduct",
                                          "iot.device.NotExistedDevice"};
  if (std::find(std::begin(missing), std::end(missing), code) != std::end(missing)) return 404;
  if (code == "iot.common.AuthActionPermissionDeny") return 403;
  if (code == "iot.system.IllegalRequest" || code == "iot.system.InstanceIdSame") return 409;
  return 400;
}

}  // namespace

std::string_view ConsoleCall::query_of(std::string_view name) const {
  const auto found = std::find_if(query.begin(), query.end(), [name](const auto& pair) { return pair.first == name; });
  return found == query.end() ? std::string_view{} : std::string_view{found->second};
}

std::int64_t ConsoleCall::unix_ms(Instant when) const {
  return unix_epoch_ms + std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count();
}

ConsoleError refuse(PlatformError error) {
  const std::uint16_t status = status_of(error.code);
  return {status, std::move(error)};
}

ConsoleError bad_parameter(std::string message) { return {400, {"iot.check.InvalidFormattedParameter", std::move(message)}}; }

ConsoleError not_found(std::string_view code, std::string message) { return {404, {std::string{code}, std::move(message)}}; }

Result<DeviceIndex, ConsoleError> own_device(const ConsoleCall& call) {
  const auto device = call.registry().find_device(call.parts[0], call.parts[1]);
  if (device && call.registry().device(*device).listed_at().account == call.account) return *device;
  return fail(
      not_found("iot.device.NotExistedDevice", "there is no device \"" + call.parts[1] + "\" of product \"" + call.parts[0] + "\""));
}

const boost::json::value* JsonFields::find(std::string_view name) {
  known_.emplace(name);
  const auto* const at = object_.find(name);
  return at == object_.end() ? nullptr : &at->value();
}

std::string JsonFields::text(std::string_view name) {
  const boost::json::value* const value = find(name);
  if (value == nullptr) return {};
  if (const auto* const text = value->if_string()) return std::string{std::string_view{*text}};
  mistake(name, "a text");
  return {};
}

std::optional<std::uint64_t> JsonFields::whole(std::string_view name) {
  const boost::json::value* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const auto* const number = value->if_int64(); number != nullptr && *number >= 0) return static_cast<std::uint64_t>(*number);
  mistake(name, "a whole number from 0");
  return std::nullopt;
}

std::optional<double> JsonFields::number(std::string_view name) {
  const boost::json::value* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->to_number<double>();
  mistake(name, "a number");
  return std::nullopt;
}

const boost::json::object* JsonFields::object(std::string_view name) {
  const boost::json::value* const value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) mistake(name, "an object");
  return value->if_object();
}

const boost::json::array* JsonFields::array(std::string_view name) {
  const boost::json::value* const value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) mistake(name, "a list");
  return value->if_array();
}

void JsonFields::mistake(std::string_view name, std::string_view expected) {
  if (!mistake_) mistake_ = path_ + std::string{name} + " must be " + std::string{expected};
}

std::optional<ConsoleError> JsonFields::finish() {
  if (mistake_) return bad_parameter(*mistake_);
  for (const auto& member : object_) {
    const std::string_view name = member.key();
    if (known_.find(name) == known_.end()) return bad_parameter(path_ + std::string{name.substr(0, 64)} + " is unknown");
  }
  return std::nullopt;
}

Result<Page, ConsoleError> page_of(const ConsoleCall& call) {
  constexpr std::size_t page_number_max = 1'000'000;
  Page page;
  const std::string_view number = call.query_of("page");
  const std::string_view size = call.query_of("page_size");
  const auto number_given = number.empty() ? std::optional{page.number} : decimal_in<std::size_t>(number);
  const auto size_given = size.empty() ? std::optional{page.size} : decimal_in<std::size_t>(size);
  if (!number_given || *number_given == 0 || *number_given > page_number_max)
    return fail(ConsoleError{400, {"iot.common.InvalidPageParams", "page must be a whole number from 1"}});
  if (!size_given || *size_given == 0 || *size_given > page_size_max)
    return fail(ConsoleError{400, {"iot.common.InvalidPageParams", "page_size must be a whole number from 1 to 200"}});
  return Page{*number_given, *size_given};
}

Result<AccountIndex, ConsoleError> target_account(const ConsoleCall& call, JsonFields& fields) {
  const AccountId id{fields.text("target_account")};
  const std::string name = fields.text("target_account_name");
  const auto found = find_recipient(call.registry(), call.account, id, name);
  if (!found) return fail(refuse(found.error()));
  return *found;
}

boost::json::object place_json(const Registry& registry, InstanceIndex instance) {
  const InstanceConfig& config = registry.instance(instance).config;
  return {{"region", config.region.view()}, {"instance", config.id.view()}, {"instance_name", config.name}};
}

}  // namespace fleetsim::platform
