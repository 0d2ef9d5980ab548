// What can be seen of products and devices where this account is, and what an owner does with single devices.
#include <boost/json/array.hpp>

#include "platform-mock/core/console/console_operations.hpp"
#include "platform-mock/core/product_rules.hpp"

namespace fleetsim::platform::console {
namespace {

struct SeenProduct {
  ProductIndex product;
  Place at;
};

/// The product that the path names, at the instance that the query names. Without one: its home, or else where it first came to.
Result<SeenProduct, ConsoleError> seen_product(const ConsoleCall& call) {
  const Registry& registry = call.registry();
  const auto missing = [&] { return not_found("iot.prod.NotExistedProduct", "there is no product \"" + call.parts[0] + "\" here"); };
  const auto product = registry.find_product(call.parts[0]);
  if (!product) return fail(missing());
  const std::string_view id = call.query_of("instance");
  const auto instance = registry.find_instance(id);
  if (!id.empty() && !instance)
    return fail(not_found("iot.system.InstanceNotFound", "there is no instance \"" + std::string{id.substr(0, 64)} + "\""));
  for (const ProductCopy& copy : registry.product(*product).copies)
    if (copy.at.account == call.account && (!instance || copy.at.instance == *instance)) return SeenProduct{*product, copy.at};
  return fail(missing());
}

boost::json::object product_json(const ConsoleCall& call, ProductIndex product, const Place& at) {
  const Registry& registry = call.registry();
  const ProductRecord& record = registry.product(product);
  boost::json::object json = place_json(registry, at.instance);
  json["product"] = record.config.key.view();
  json["name"] = record.config.name;
  json["owner"] = call.account_id(record.owner);
  json["read_only"] = at != record.home();
  json["model_frozen"] = record.model_frozen;
  return json;
}

std::string_view name_of(SharingKind kind) {
  switch (kind) {
    case SharingKind::authorised:
      return "authorized";
    case SharingKind::transferred:
      return "transferred";
  }
  return {};
}

std::string_view name_of(TopicOperation operation) {
  switch (operation) {
    case TopicOperation::publish:
      return "publish";
    case TopicOperation::subscribe:
      return "subscribe";
    case TopicOperation::both:
      return "both";
  }
  return {};
}

boost::json::object device_json(const ConsoleCall& call, DeviceIndex device) {
  const DeviceRecord& record = call.registry().device(device);
  boost::json::object json{{"device", record.name},
                           {"enabled", record.enabled},
                           {"activated", record.activated},
                           {"in_handover", std::holds_alternative<Handover>(record.placement)}};
  if (const Sharing* const sharing = call.registry().sharing(device); sharing != nullptr) {
    json["sharing"] = name_of(sharing->kind);
    json["shared_with"] = call.account_id(sharing->with);
  }
  return json;
}

ConsoleResult share(ConsoleCall& call, SharingKind kind) {
  JsonFields fields(call.body, "");
  const auto with = target_account(call, fields);
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));
  const auto device = own_device(call);
  if (!device) return fail(device.error());
  if (!with) return fail(with.error());
  if (auto refused = share_device(call.platform.registry(), call.account, *device, {kind, *with})) return fail(refuse(std::move(*refused)));
  return ConsoleContent{.json = device_json(call, *device)};
}

}  // namespace

ConsoleResult list_products(ConsoleCall& call) {
  const auto page = page_of(call);
  if (!page) return fail(page.error());
  const Registry& registry = call.registry();
  boost::json::array products;
  std::size_t total = 0;
  for (std::size_t i = 0; i < registry.product_count(); ++i) {
    const ProductIndex product{static_cast<std::uint32_t>(i)};
    if (registry.product(product).removed) continue;
    for (const ProductCopy& copy : registry.product(product).copies) {
      if (copy.at.account != call.account) continue;
      if (total >= page->first() && products.size() < page->size) products.push_back(product_json(call, product, copy.at));
      ++total;
    }
  }
  return ConsoleContent{.json = {{"total", total}, {"page", page->number}, {"products", std::move(products)}}};
}

ConsoleResult show_product(ConsoleCall& call) {
  const auto seen = seen_product(call);
  if (!seen) return fail(seen.error());
  const ProductData& data = call.registry().product(seen->product).data;
  boost::json::object json = product_json(call, seen->product, seen->at);
  json["description"] = data.description;
  json["gateway"] = data.node_type == NodeType::gateway;
  json["dynamic_registration"] = data.dynamic_registration == DynamicRegistration::on ? "on" : "off";
  boost::json::array topics;
  for (const TopicCategory& topic : data.topics)
    topics.push_back(
        boost::json::object{{"topic", topic.topic}, {"operation", name_of(topic.operation)}, {"description", topic.description}});
  json["topics"] = std::move(topics);
  json["tsl"] = data.tsl;
  json["parsing_script"] = data.parsing_script;
  return ConsoleContent{.json = std::move(json)};
}

ConsoleResult list_devices(ConsoleCall& call) {
  const auto seen = seen_product(call);
  if (!seen) return fail(seen.error());
  const auto page = page_of(call);
  if (!page) return fail(page.error());
  boost::json::array devices;
  std::size_t total = 0;
  for (const DeviceIndex device : call.registry().devices_of(seen->product)) {
    if (call.registry().device(device).listed_at() != seen->at) continue;
    if (total >= page->first() && devices.size() < page->size) devices.push_back(device_json(call, device));
    ++total;
  }
  return ConsoleContent{.json = {{"total", total}, {"page", page->number}, {"devices", std::move(devices)}}};
}

ConsoleResult authorize_device(ConsoleCall& call) { return share(call, SharingKind::authorised); }
ConsoleResult transfer_device(ConsoleCall& call) { return share(call, SharingKind::transferred); }

ConsoleResult unshare_device(ConsoleCall& call) {
  const auto device = own_device(call);
  if (!device) return fail(device.error());
  if (auto refused = platform::unshare_device(call.platform.registry(), call.account, *device)) return fail(refuse(std::move(*refused)));
  return ConsoleContent{.json = device_json(call, *device)};
}

}  // namespace fleetsim::platform::console
