#include <algorithm>
#include <set>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"
#include "platform-mock/core/api/registration.hpp"

namespace fleetsim::platform {
namespace {

/// DeviceName.N, or DeviceNameList.N.DeviceName with a nickname each.
std::vector<std::string_view> names_of(const ParameterReader& in) {
  std::vector<std::string_view> names = in.list("DeviceName");
  return names.empty() ? in.list("DeviceNameList", "DeviceName") : names;
}

}  // namespace

ActionResult batch_check_device_names(ActionCall& call) {
  const std::vector<std::string_view> names = names_of(call.in);
  const auto product = editable_product(call, ProductPart::devices);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  if (names.empty()) return ApiError::gateway(400, "MissingParameter", "\"DeviceName.1\" is missing");
  if (auto problem = problem_with_batch(call, names.size())) return problem;

  Application application{call.account, product->index, product->place, ApplicationState::checked, {}, {}, {}};
  std::set<std::string_view> seen;
  for (const std::string_view name : names) {
    const bool good = !problem_with_name(call, product->index, name) && seen.insert(name).second;
    (good ? application.names : application.invalid).emplace_back(name);
  }
  for (std::size_t i = 0; i < names.size() && call.in.has("DeviceNameList.1.DeviceName"); ++i) {
    if (std::find(application.names.begin(), application.names.end(), names[i]) == application.names.end()) continue;
    application.nicknames.emplace_back(call.in.optional("DeviceNameList." + std::to_string(i + 1) + ".DeviceNickname"));
  }
  call.out.object("Data").object("InvalidDeviceNameList").array("InvalidDeviceName");
  for (const std::string& name : application.invalid) call.out.value(name);
  call.out.end().end();
  if (application.nicknames.size() != application.names.size()) application.nicknames.clear();
  call.out.member("ApplyId", call.state.add(std::move(application))).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
