#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"
#include "platform-mock/core/api/registration.hpp"

namespace fleetsim::platform {

ActionResult batch_register_device(ActionCall& call) {
  const auto count = call.in.required_whole("Count", {.min = 1});
  const auto product = editable_product(call, ProductPart::devices);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  if (auto problem = problem_with_batch(call, static_cast<std::size_t>(count))) return problem;
  if (auto problem = problem_with_count(call, product->index, static_cast<std::size_t>(count))) return problem;
  Application application{call.account, product->index, product->place, ApplicationState::registered, {}, {}, {}};
  for (std::int64_t i = 0; i < count; ++i) {
    application.names.push_back(free_device_name(call, product->index));
    register_one(call, product->index, application.names.back(), {});
  }
  call.out.object("Data").member("ApplyId", call.state.add(std::move(application))).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
