#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {
namespace {

std::string_view status_text(const Application& application) {
  switch (application.state) {
    case ApplicationState::checked:
      return application.names.empty() ? "CHECK_FAILED" : "CHECK_SUCCESS";
    case ApplicationState::registered:
      if (application.invalid.empty()) return "CREATE_SUCCESS";
      return application.names.empty() ? "CREATE_FAILED" : "CREATE_PART_SUCCESS";
  }
  return {};
}

void write_names(JsonWriter& out, std::string_view list, const std::vector<std::string>& names) {
  out.object(list).array("Name");
  for (const std::string& name : names) out.value(name);
  out.end().end();
}

}  // namespace

ActionResult query_batch_register_device_status(ActionCall& call) {
  const auto apply_id = call.in.required_whole("ApplyId", {.min = 1});
  const auto product = product_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  const Application* const application = own_application(call, apply_id);
  if (application == nullptr || application->product != product->index) return unknown_application();
  call.out.object("Data").member("Status", status_text(*application));
  write_names(call.out, "ValidList", application->names);
  write_names(call.out, "InvalidList", application->invalid);
  call.out.end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
