#include "tests/platform-mock/services_world.hpp"

namespace fleetsim::platform::broker_test {

PlatformConfig config_with_gateway() {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  ProductConfig gateways;
  gateways.key = ProductKey{gateway_product};
  gateways.name = "gateway";
  gateways.secret = "gatewaysecret";
  gateways.owner = AccountId{"198000"};
  gateways.instance = InstanceId{shanghai};
  for (const std::string_view name : {"gate1", "gate2"}) gateways.devices.push_back({DeviceName{name}, std::string(secret)});
  config.products.push_back(gateways);
  return config;
}

ServicesWorld::ServicesWorld(const PlatformConfig& config) : BrokerWorld(config) {
  const auto gateways = platform.registry().find_product(gateway_product);
  if (gateways) platform.registry().product_data(*gateways).node_type = NodeType::gateway;
  platform.set_unix_epoch_ms(1700000000000 - 1000);
}

Client ServicesWorld::online(std::string_view device, std::string_view instance) {
  Client client = connect(instance, device, {.more = ",_ss=1,ext=3"});
  return client;
}

Client ServicesWorld::gateway_online(std::string_view name, std::string_view instance) {
  Client client = open(instance);
  const std::string device(name);
  ConnectFields fields;
  fields.client_id = "gw|securemode=3,signmethod=hmacsha256,_ss=1|";
  fields.username = device + "&" + std::string(gateway_product);
  fields.password = hmac_hex("hmacsha256", secret, "clientIdgwdeviceName" + device + "productKey" + std::string(gateway_product));
  client.send(connect_packet(fields));
  client.take();
  return client;
}

void ServicesWorld::say(Client& client, std::string_view topic, std::string_view payload) {
  client.send(publish({.topic = std::string(topic), .payload = std::string(payload)}));
}

std::string ServicesWorld::ask(Client& client, std::string_view topic, std::string_view payload) {
  client.take();
  say(client, topic, payload);
  return client.take_message();
}

Place ServicesWorld::place(std::string_view instance_id, std::string_view account) {
  return {instance(instance_id), platform.registry().find_account(account).value()};
}

const things::ThingData* ServicesWorld::thing(std::string_view name, std::string_view instance_id) {
  return platform.things().find(device(name), place(instance_id));
}

std::string ServicesWorld::property(std::string_view name, std::string_view property_name, std::string_view instance_id) {
  const things::ThingData* known = thing(name, instance_id);
  const things::Property* found = known == nullptr ? nullptr : known->properties.find(property_name);
  return found == nullptr ? "" : found->value;
}

std::string gate_sys(std::string_view tail, std::string_view name) {
  return "/sys/" + std::string(gateway_product) + "/" + std::string(name) + "/" + std::string(tail);
}

std::string signed_entry(std::string_view device, std::string_view device_secret) {
  const std::string name(device);
  const std::string content = "clientId" + name + "deviceName" + name + "productKey" + std::string(product) + "timestamp123";
  return R"({"productKey":")" + std::string(product) + R"(","deviceName":")" + name + R"(","clientId":")" + name +
         R"(","timestamp":"123","signmethod":"hmacSha256","sign":")" + hmac_hex("hmacsha256", device_secret, content) + R"("})";
}

bool says(std::string_view reply, std::string_view part) { return reply.find(part) != std::string_view::npos; }

}  // namespace fleetsim::platform::broker_test
