#include "tests/platform-mock/broker_world.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace fleetsim::platform::broker_test {
namespace {

std::string number(std::size_t value) { return {static_cast<char>((value >> 8) & 0xff), static_cast<char>(value & 0xff)}; }
std::string text(std::string_view value) { return number(value.size()) + std::string(value); }

std::string packet(std::uint8_t first, const std::string& body) {
  std::string out(1, static_cast<char>(first));
  std::size_t rest = body.size();
  do {
    const std::size_t digit = rest % 128;
    rest /= 128;
    out.push_back(static_cast<char>(digit | (rest > 0 ? 0x80U : 0U)));
  } while (rest > 0);
  return out + body;
}

const EVP_MD* digest_of(HmacMethod method) {
  switch (method) {
    case HmacMethod::md5:
      return EVP_md5();
    case HmacMethod::sha1:
      return EVP_sha1();
    case HmacMethod::sha256:
      return EVP_sha256();
  }
  return nullptr;
}

std::size_t compute(void*, HmacMethod method, ByteView key, ByteView content, MutableBytes mac) {
  unsigned length = 0;
  if (HMAC(digest_of(method), key.data(), static_cast<int>(key.size()), content.data(), content.size(), mac.data(), &length) == nullptr)
    return 0;
  return length;
}

}  // namespace

std::string bytes(std::string_view hex_text) {
  std::string out;
  std::string digits;
  for (const char c : hex_text)
    if (c != ' ') digits.push_back(c);
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) out.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return out;
}

std::string hex(std::string_view raw) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    out += {digits[byte >> 4], digits[byte & 15U]};
  }
  return out;
}

std::string sys(std::string_view device, std::string_view tail) {
  return "/sys/" + std::string(product) + "/" + std::string(device) + "/" + std::string(tail);
}

std::string connect_packet(const ConnectFields& fields) {
  unsigned flags = 0;
  if (!fields.username.empty()) flags |= 0x80U;
  if (fields.password) flags |= 0x40U;
  if (fields.clean) flags |= 0x02U;
  if (!fields.will_topic.empty()) flags |= 0x04U | (static_cast<unsigned>(fields.will_qos) << 3);
  std::string body = text(fields.protocol_name);
  body.push_back(static_cast<char>(fields.level));
  body.push_back(static_cast<char>(flags));
  body += number(fields.keep_alive_s) + text(fields.client_id);
  if (!fields.will_topic.empty()) body += text(fields.will_topic) + text(fields.will_payload);
  if (!fields.username.empty()) body += text(fields.username);
  if (fields.password) body += text(*fields.password);
  return packet(0x10, body);
}

std::string publish(const PublishFields& fields) {
  const unsigned first = 0x30U | (fields.duplicate ? 8U : 0U) | (static_cast<unsigned>(fields.qos) << 1) | (fields.retain ? 1U : 0U);
  std::string body = text(fields.topic);
  if (fields.qos > 0) body += number(fields.packet_id);
  return packet(static_cast<std::uint8_t>(first), body + fields.payload);
}

std::string puback(std::uint16_t packet_id) { return packet(0x40, number(packet_id)); }

std::string subscribe(std::uint16_t packet_id, const std::vector<std::pair<std::string, std::uint8_t>>& filters) {
  std::string body = number(packet_id);
  for (const auto& [filter, qos] : filters) body += text(filter) + static_cast<char>(qos);
  return packet(0x82, body);
}

std::string unsubscribe(std::uint16_t packet_id, const std::vector<std::string>& filters) {
  std::string body = number(packet_id);
  for (const std::string& filter : filters) body += text(filter);
  return packet(0xa2, body);
}

ConnectFields signed_fields(std::string_view device, const SignedConnect& how) {
  std::string parameters = "securemode=" + how.secure_mode;
  std::string content = "clientId" + how.client_id + "deviceName" + std::string(device) + "productKey" + std::string(product);
  if (!how.sign_method.empty()) parameters += ",signmethod=" + how.sign_method;
  if (!how.timestamp.empty()) {
    parameters += ",timestamp=" + how.timestamp;
    content += "timestamp" + how.timestamp;
  }
  ConnectFields fields;
  fields.client_id = how.client_id + "|" + parameters + how.more + "|";
  fields.username = std::string(device) + "&" + std::string(product);
  fields.password = hmac_hex(how.sign_method.empty() ? "hmacmd5" : how.sign_method, how.device_secret, content);
  fields.keep_alive_s = how.keep_alive_s;
  fields.clean = how.clean;
  return fields;
}

std::string hmac_hex(std::string_view method, std::string_view key, std::string_view content) {
  const HmacMethod wanted = method == "hmacmd5" ? HmacMethod::md5 : method == "hmacsha1" ? HmacMethod::sha1 : HmacMethod::sha256;
  std::string mac(kHmacBytesMax, '\0');
  const MutableBytes room{reinterpret_cast<std::uint8_t*>(mac.data()), mac.size()};
  mac.resize(compute(nullptr, wanted, bytes_of(key), bytes_of(content), room));
  return hex(mac);
}

HmacPort openssl_hmac() { return {.compute = &compute, .context = nullptr}; }

void Ledger::send(ConnectionId connection, ByteView raw) {
  EXPECT_EQ(closed.count(connection), 0U) << "sent after close";
  sent[connection].append(text_of(raw));
}

void Ledger::close(ConnectionId connection, CloseMode mode) { EXPECT_TRUE(closed.emplace(connection, mode).second) << "closed twice"; }

void Ledger::event(const PlatformEvent& told) {
  events.push_back({told.kind, std::string(told.product_key), std::string(told.device_name), std::string(told.instance),
                    std::string(told.region), std::string(told.job), std::string(told.reason), told.code});
}

std::vector<ToldEvent> Ledger::of(PlatformEventKind kind) const {
  std::vector<ToldEvent> found;
  std::copy_if(events.begin(), events.end(), std::back_inserter(found), [kind](const ToldEvent& event) { return event.kind == kind; });
  return found;
}

Client& Client::send(std::string_view raw) {
  // A copy of its exact size, so that a sanitizer sees every read beyond it.
  const std::vector<std::uint8_t> exact(raw.begin(), raw.end());
  world_->platform.received(id_, exact, world_->now, world_->ledger);
  return *this;
}

std::string Client::take() { return std::exchange(world_->ledger.sent[id_], {}); }
std::string Client::take_message() {
  std::string& received = world_->ledger.sent[id_];
  while (!received.empty()) {
    const auto first = static_cast<unsigned char>(received[0]);
    std::size_t size = 0;
    std::size_t at = 1;
    for (unsigned shift = 0;; shift += 7) {
      const auto digit = static_cast<unsigned char>(received.at(at++));
      size |= std::size_t{digit & 0x7fU} << shift;
      if (digit < 0x80) break;
    }
    const std::string body = received.substr(at, size);
    received.erase(0, at + size);
    if (first >> 4 != 3) continue;
    const std::size_t topic_size = static_cast<unsigned char>(body[0]) * std::size_t{256} + static_cast<unsigned char>(body[1]);
    const std::size_t payload_at = 2 + topic_size + ((first & 6U) != 0 ? 2 : 0);
    return body.substr(2, topic_size) + " " + body.substr(payload_at);
  }
  return {};
}

bool Client::closed() const { return world_->ledger.closed.count(id_) != 0; }
void Client::drop() { world_->platform.closed(id_, world_->now, world_->ledger); }

PlatformConfig three_regions() {
  PlatformConfig config;
  config.accounts.push_back({AccountId{"198000"}, "owner"});
  const auto add = [&config](std::string_view region, std::string_view id) {
    config.regions.push_back({RegionId{region}, std::string(region), {}});
    InstanceConfig instance;
    instance.id = InstanceId{id};
    instance.name = std::string(id);
    instance.region = RegionId{region};
    config.instances.push_back(instance);
  };
  add("cn-shanghai", shanghai);
  add("ap-southeast-1", singapore);
  add("eu-central-1", frankfurt);
  ProductConfig lamps;
  lamps.key = ProductKey{product};
  lamps.name = "lamp";
  lamps.secret = "productsecret";
  lamps.owner = AccountId{"198000"};
  lamps.instance = InstanceId{shanghai};
  for (int i = 1; i <= 4; ++i) lamps.devices.push_back({DeviceName{"dev" + std::to_string(i)}, std::string(secret)});
  config.products.push_back(lamps);
  return config;
}

BrokerWorld::BrokerWorld(const PlatformConfig& config)
    : platform(config, Ports{.hmac = openssl_hmac(), .digest = {}, .countries = nullptr, .seed = 1}) {}

Client BrokerWorld::open(std::string_view id, bool tls) {
  return {*this, platform.accept_mqtt(instance(id), {.address = IpAddress::from_v4(0x7f000101), .tls = tls}, now, ledger)};
}

Client BrokerWorld::connecting(std::string_view id, std::string_view device_name, const SignedConnect& how) {
  Client client = open(id, how.secure_mode == "2");
  client.send(connect_packet(signed_fields(device_name, how)));
  return client;
}

Client BrokerWorld::connect(std::string_view id, std::string_view device_name, const SignedConnect& how) {
  Client client = connecting(id, device_name, how);
  const std::string connack_ok = bytes("20 02 00 00");
  std::string& received = ledger.sent[client.id()];
  EXPECT_EQ(hex(received.substr(0, 4)), hex(connack_ok));
  received.erase(0, 4);
  return client;
}

int BrokerWorld::connack(std::string_view id, const ConnectFields& fields, bool tls) {
  Client client = open(id, tls);
  const std::string answer = client.send(connect_packet(fields)).take();
  return answer.size() < 4 ? -1 : static_cast<int>(answer[3]);
}

InstanceIndex BrokerWorld::instance(std::string_view id) { return platform.registry().find_instance(id).value(); }
DeviceIndex BrokerWorld::device(std::string_view name) { return platform.registry().find_device(product, name).value(); }

void BrokerWorld::advance(Duration by) {
  now += by;
  platform.advance(now, ledger);
}

JobIndex BrokerWorld::distribute(std::string_view source, std::string_view target, std::vector<std::string> devices) {
  DistributeRequest request;
  request.account = AccountId{"198000"};
  request.product = ProductKey{product};
  request.source = InstanceId{source};
  request.targets = {InstanceId{target}};
  for (const std::string& name : devices) request.devices.emplace_back(name);
  const auto job = platform.distribute(request, now, ledger);
  EXPECT_TRUE(job.ok()) << (job.ok() ? "" : job.error().message);
  return job.ok() ? *job : JobIndex{};
}

bool BrokerWorld::publish_to(std::string_view device_name, std::string_view topic, std::string_view payload, std::uint8_t qos) {
  return platform.publish_to_device(device(device_name), topic, bytes_of(payload), qos, now, ledger);
}

}  // namespace fleetsim::platform::broker_test
