#include <vector>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/distribution_view.hpp"

namespace fleetsim::platform {
namespace {

struct Distributed {
  ProductIndex product;
  ProductCopy copy;
};

std::vector<Distributed> distributed_by(const ActionCall& call) {
  const Registry& registry = call.registry();
  std::vector<Distributed> all;
  for (std::size_t i = 0; i < registry.product_count(); ++i) {
    const ProductIndex index{static_cast<std::uint32_t>(i)};
    const ProductRecord& product = registry.product(index);
    if (product.removed || product.owner != call.account || !asks_for(call, "ProductKey", product.config.key.view()) ||
        !asks_for(call, "SourceInstanceId", registry.instance(product.home().instance).config.id.view()))
      continue;
    for (std::size_t copy = 1; copy < product.copies.size(); ++copy) {  // the first is its home
      const Place& at = product.copies[copy].at;
      if (asks_for(call, "TargetInstanceId", registry.instance(at.instance).config.id.view()) &&
          asks_for(call, "TargetUid", registry.account(at.account).id.view()))
        all.push_back({index, product.copies[copy]});
    }
  }
  return all;
}

}  // namespace

ActionResult list_distributed_product(ActionCall& call) {
  const Page page = required_page(call);
  if (call.in.failed()) return call.in.error();
  const std::vector<Distributed> all = distributed_by(call);
  write_items(call, page, all.size(), [&](std::size_t i) {
    const ProductRecord& product = call.registry().product(all[i].product);
    const ProductCopy& copy = all[i].copy;
    call.out.member("ProductKey", product.config.key.view()).member("GmtCreate", call.unix_ms(copy.since));
    write_side(call, JobSide::source, product.home().instance, product.home().account);
    write_side(call, JobSide::target, copy.at.instance, copy.at.account);
  });
  return std::nullopt;
}

}  // namespace fleetsim::platform
