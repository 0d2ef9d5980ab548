#include <algorithm>
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
  const auto same = [&](std::string_view name, std::string_view value) {
    const std::string_view asked = call.in.optional(name);
    return asked.empty() || asked == value;
  };
  std::vector<Distributed> all;
  for (std::size_t i = 0; i < registry.product_count(); ++i) {
    const ProductIndex index{static_cast<std::uint32_t>(i)};
    const ProductRecord& product = registry.product(index);
    if (product.removed || product.owner != call.account || !same("ProductKey", product.config.key.view()) ||
        !same("SourceInstanceId", registry.instance(product.home().instance).config.id.view()))
      continue;
    for (std::size_t copy = 1; copy < product.copies.size(); ++copy) {  // the first is its home
      const Place& at = product.copies[copy].at;
      if (same("TargetInstanceId", registry.instance(at.instance).config.id.view()) &&
          same("TargetUid", registry.account(at.account).id.view()))
        all.push_back({index, product.copies[copy]});
    }
  }
  return all;
}

}  // namespace

ActionResult list_distributed_product(ActionCall& call) {
  call.in.required("CurrentPage");
  call.in.required("PageSize");
  const Page page = call.in.page(page_size_max, page_size_default);
  if (call.in.failed()) return call.in.error();
  const Registry& registry = call.registry();
  const std::vector<Distributed> all = distributed_by(call);
  call.out.object("Data").object("Info").array("items");
  for (std::size_t i = page.first(); i < std::min(all.size(), page.first() + page.size); ++i) {
    const ProductRecord& product = registry.product(all[i].product);
    const ProductCopy& copy = all[i].copy;
    call.out.item().member("ProductKey", product.config.key.view()).member("GmtCreate", call.unix_ms(copy.since));
    write_side(call, JobSide::source, product.home().instance, product.home().account);
    write_side(call, JobSide::target, copy.at.instance, copy.at.account);
    call.out.end();
  }
  call.out.end().end().member("Total", all.size()).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
