#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"
#include "platform-mock/core/api/registration.hpp"

namespace fleetsim::platform {

ActionResult batch_register_device_with_apply_id(ActionCall& call) {
  const auto apply_id = call.in.required_whole("ApplyId", {.min = 1});
  const auto product = editable_product(call, ProductPart::devices);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  Application* const application = own_application(call, apply_id);
  if (application == nullptr || application->product != product->index) return unknown_application();
  if (application->state == ApplicationState::registered)
    return ApiError::business("iot.system.IllegalRequest", "the devices of this application were registered before");
  if (auto problem = problem_with_count(call, product->index, application->names.size())) return problem;
  // Since the names were checked somebody may have taken one: that one fails alone.
  std::vector<std::string> registered;
  for (std::size_t i = 0; i < application->names.size(); ++i) {
    std::string& name = application->names[i];
    if (problem_with_name(call, product->index, name)) {
      application->invalid.push_back(std::move(name));
      continue;
    }
    register_one(call, product->index, name, application->nicknames.empty() ? std::string_view{} : application->nicknames[i]);
    registered.push_back(std::move(name));
  }
  application->names = std::move(registered);
  application->state = ApplicationState::registered;
  call.state.application_changed(apply_id);
  call.out.object("Data").member("ApplyId", apply_id).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
