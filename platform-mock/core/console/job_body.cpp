#include "platform-mock/core/console/job_body.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "platform-mock/core/console/console_operations.hpp"

namespace fleetsim::platform::console {
namespace {

struct RegionAndInstance {
  RegionId region;
  InstanceId instance;
};

Result<RegionAndInstance, ConsoleError> read_place(const boost::json::object& object, const std::string& path) {
  JsonFields fields(object, path + ".");
  RegionAndInstance place{RegionId{fields.text("region")}, InstanceId{fields.text("instance")}};
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));
  return place;
}

std::optional<ConsoleError> read_targets(const boost::json::array& list, DistributeRequest& request) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = "targets[" + std::to_string(i) + "]";
    const auto* const object = list[i].if_object();
    if (object == nullptr) return bad_parameter(path + " must be an object");
    auto target = read_place(*object, path);
    if (!target) return target.error();
    request.target_regions.push_back(std::move(target->region));
    request.targets.push_back(std::move(target->instance));
  }
  return std::nullopt;
}

std::optional<ConsoleError> read_devices(const boost::json::array& list, DistributeRequest& request) {
  request.devices.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto* const name = list[i].if_string();
    if (name == nullptr) return bad_parameter("devices[" + std::to_string(i) + "] must be a text");
    request.devices.emplace_back(std::string_view{*name});
  }
  return std::nullopt;
}

/// One of two words, the first of them when the member is not there.
template <class Enum>
Enum choice(JsonFields& fields, std::string_view name, Enum first, Enum second) {
  const std::string word = fields.text(name);
  if (word.empty() || word == name_of(first)) return first;
  if (word != name_of(second)) fields.mistake(name, std::string{name_of(first)}.append(" or ").append(name_of(second)));
  return second;
}

}  // namespace

Result<DistributeRequest, ConsoleError> read_job_body(const ConsoleCall& call) {
  JsonFields fields(call.body, "");
  DistributeRequest request;
  request.account = call.registry().account(call.account).id;
  request.product = ProductKey{fields.text("product")};
  request.method = choice(fields, "method", Method::this_account, Method::cross_account);
  request.policy = choice(fields, "policy", Policy::region, Policy::nearest_access);
  request.content = choice(fields, "content", JobContent::devices, JobContent::product_only);
  request.target_account = AccountId{fields.text("target_account")};
  request.target_account_name = fields.text("target_account_name");
  request.verification_code = fields.text("verification_code");
  const auto* const source = fields.object("source");
  const auto* const targets = fields.array("targets");
  const auto* const devices = fields.array("devices");
  const std::string csv = fields.text("device_list");
  if (source == nullptr) fields.mistake("source", "an object with the source's instance");
  if (devices != nullptr && fields.has("device_list")) fields.mistake("devices", "left out where there is a device_list");
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));

  auto place = read_place(*source, "source");
  if (!place) return fail(place.error());
  request.source_region = std::move(place->region);
  request.source = std::move(place->instance);
  if (targets != nullptr)
    if (auto wrong = read_targets(*targets, request)) return fail(std::move(*wrong));
  if (devices != nullptr)
    if (auto wrong = read_devices(*devices, request)) return fail(std::move(*wrong));
  if (fields.has("device_list")) {
    auto listed = devices_in(call, csv);
    if (!listed) return fail(listed.error());
    request.devices = std::move(*listed);
  }
  return request;
}

}  // namespace fleetsim::platform::console
