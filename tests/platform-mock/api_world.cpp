#include "api_world.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <gtest/gtest.h>
#include <utility>

#include "placement_world.hpp"

#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/ota/upgrades.hpp"
#include "platform-mock/core/things/remote_config.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {
namespace {

std::string pairs_of(const CallParameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    out += percent_encoded(name) + "=" + percent_encoded(value);
  }
  return out;
}

}  // namespace

CallParameters joined(CallParameters parameters, const CallParameters& more) {
  for (const auto& [name, value] : more) parameters[name] = value;
  return parameters;
}

PlatformConfig api_config() {
  PlatformConfig config = placement_config();
  config.accounts[0].access_keys = {{"testid", "testsecret"}};
  config.accounts[1].access_keys = {{"otherid", "othersecret"}};
  config.limits.job_batch_interval = Duration::zero();
  return config;
}

const boost::json::value* Answer::find(std::string_view path) const {
  const boost::json::value* at = &json;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    if (at->is_object()) {
      at = at->as_object().if_contains({step.data(), step.size()});
    } else if (at->is_array()) {
      std::size_t index = 0;
      std::from_chars(step.data(), step.data() + step.size(), index);
      at = at->as_array().if_contains(index);
    } else {
      at = nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string Answer::text(std::string_view path) const {
  const boost::json::value* const found = find(path);
  if (found == nullptr) return "?";
  return found->is_string() ? std::string{found->as_string().data(), found->as_string().size()} : boost::json::serialize(*found);
}

int Answer::count(std::string_view path) const {
  const boost::json::value* const found = find(path);
  return found != nullptr && found->is_array() ? static_cast<int>(found->as_array().size()) : -1;
}

ApiWorld::ApiWorld(PlatformConfig config, std::uint64_t starts)
    : platform(std::move(config),
               Ports{.hmac = crypto.port(), .digest = crypto.digest_port(), .countries = nullptr, .seed = 7, .starts = starts}) {
  platform.set_unix_epoch_ms(unix_epoch_ms);
  platform.advertise_management({.host = "127.0.0.1", .port = 18080, .plain = true, .tls = true});
}

std::string ApiWorld::signed_request(std::string_view action, CallParameters parameters, const Signing& signing) {
  const std::int64_t unix_s = unix_epoch_ms / 1000 + std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  parameters.insert({{"Action", std::string{action}},
                     {"Version", "2018-01-20"},
                     {"Format", "JSON"},
                     {"AccessKeyId", signing.key},
                     {"SignatureMethod", "HMAC-SHA1"},
                     {"SignatureVersion", "1.0"},
                     {"SignatureNonce", signing.nonce.empty() ? "nonce-" + std::to_string(++nonces_) : signing.nonce},
                     {"Timestamp", utc_text((unix_s + signing.seconds_ahead) * 1000).substr(0, 19) + "Z"}});
  const std::string content = signing.method + "&%2F&" + percent_encoded(pairs_of(parameters));
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  const HmacPort port = crypto.port();
  const std::size_t size = port.compute(port.context, HmacMethod::sha1, bytes_of(signing.secret + "&"), bytes_of(content), mac);
  parameters["Signature"] = base64_of(ByteView{mac}.first(size));
  const std::string pairs = pairs_of(parameters);
  if (signing.method == "GET") return "GET /?" + pairs + " HTTP/1.1\r\nHost: " + signing.host + "\r\n\r\n";
  return "POST / HTTP/1.1\r\nHost: " + signing.host +
         "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(pairs.size()) + "\r\n\r\n" + pairs;
}

Answer ApiWorld::call(std::string_view action, CallParameters parameters, const Signing& signing) {
  return send(signed_request(action, std::move(parameters), signing));
}

Answer ApiWorld::call_as_other(std::string_view action, CallParameters parameters) {
  Signing other;
  other.key = "otherid";
  other.secret = "othersecret";
  return call(action, std::move(parameters), other);
}

Answer ApiWorld::send(std::string_view request) {
  const ConnectionId connection = connect();
  platform.received(connection, bytes_of(request), now, output);
  Answer answer = take(connection);
  if (answer.status != 0) platform.closed(connection, now, output);
  return answer;
}

Answer ApiWorld::take(ConnectionId connection) {
  Answer answer;
  const std::string text = std::exchange(output.sent[connection], {});
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = text.substr(0, end);
  answer.body = text.substr(end + 4);
  std::from_chars(text.data() + 9, text.data() + 12, answer.status);
  boost::json::error_code error;
  answer.json = boost::json::parse(answer.body, error);
  return answer;
}

std::string ApiWorld::make_product(const std::vector<std::string>& devices) {
  const Answer made =
      call("CreateProduct", {{"ProductName", "product" + std::to_string(platform.registry().product_count())}, {"NodeType", "0"}});
  EXPECT_TRUE(made.ok()) << made.body;
  const std::string key = made.text("ProductKey");
  for (const std::string& name : devices) {
    const Answer registered = call("RegisterDevice", {{"ProductKey", key}, {"DeviceName", name}});
    EXPECT_TRUE(registered.ok()) << registered.body;
  }
  return key;
}

namespace {

/// Labels, gateway, and what is kept of the device at each of its places.
std::string state_of(const things::ThingStore& things, DeviceIndex device) {
  std::string out;
  if (const things::DeviceLabels* labels = things.find_labels(device)) {
    for (const things::Tag& tag : labels->tags()) out += " tag " + tag.key + "=" + tag.value;
    for (const std::string& group : labels->groups()) out += " group " + group;
  }
  if (const auto gateway = things.topology().gateway_of(device)) out += " behind " + std::to_string(gateway->value);
  for (const Place& place : things.places_of(device)) {
    const things::ThingData* data = things.find(device, place);
    if (data == nullptr) continue;
    out += " at " + std::to_string(place.instance.value) + "/" + std::to_string(place.account.value);
    for (const things::Property& property : data->properties.all()) out += " " + property.name + "=" + property.value;
    const things::ThingDetails* details = data->known_details();
    if (details == nullptr) continue;
    for (const things::DesiredProperty& wish : details->desired.all()) out += " wish " + wish.name + "=" + wish.value;
    out += " shadow " + std::to_string(details->shadow.version()) + " " + boost::json::serialize(details->shadow.document());
    for (const things::ModuleVersion& module : details->modules) out += " module " + module.module + " " + module.version;
    for (const things::DeviceFile& file : details->files) out += " file " + file.name;
    out += " events " + std::to_string(details->events.total());
  }
  return out;
}

std::string updates_of(Platform& platform) {
  std::string out = " firmware";
  for (std::size_t i = 0; i < platform.firmwares().count(); ++i) {
    const ota::Firmware& firmware = platform.firmwares().at(ota::FirmwareIndex{static_cast<std::uint32_t>(i)});
    out += " " + firmware.id + ":" + firmware.facts.version + (firmware.removed ? " removed" : "");
  }
  out += " updates " + std::to_string(platform.upgrades().count());
  for (std::size_t i = 0; i < platform.upgrades().count(); ++i)
    for (const std::size_t task : platform.upgrades().at(ota::UpgradeIndex{static_cast<std::uint32_t>(i)}).tasks)
      out += " " + std::string{ota::name_of(platform.upgrades().task(task).state)};
  return out;
}

std::string jobs_of(const Platform& platform) {
  const Distribution& distribution = platform.distribution();
  std::string out = " jobs";
  for (std::size_t i = 0; i < distribution.job_count(); ++i) {
    const Job& job = distribution.job(JobIndex{static_cast<std::uint32_t>(i)});
    out += " " + job.id + ":" + std::string{name_of(job.state)} + (job.deleted ? " deleted" : "");
    for (const JobDeviceOutcome& outcome : job.outcomes) out += " " + std::to_string(outcome.code);
  }
  return out;
}

}  // namespace

std::string ApiWorld::everything() {
  const Registry& registry = platform.registry();
  std::string out = "products";
  for (std::size_t i = 0; i < registry.product_count(); ++i) {
    const ProductRecord& product = registry.product(ProductIndex{static_cast<std::uint32_t>(i)});
    out += " " + std::string{product.config.key.view()} + ":" + product.config.name + ":" + product.data.description + ":" +
           std::to_string(product.copies.size()) + ":" + std::to_string(product.data.topics.size()) + ":" + product.data.tsl + ":" +
           product.data.parsing_script + (product.removed ? " removed" : "");
  }
  out += " devices";
  for (std::size_t i = 0; i < registry.device_count(); ++i) {
    const DeviceRecord& device = registry.device(DeviceIndex{static_cast<std::uint32_t>(i)});
    out += " " + device.name + (device.enabled ? "" : " disabled") + (device.removed ? " removed" : "") +
           (std::holds_alternative<Bound>(device.placement) ? "" : " in handover") + " of " + std::to_string(device.account.value) +
           " listed at " + std::to_string(device.listed_at().instance.value) + "/" + std::to_string(device.listed_at().account.value) +
           " moved " + std::to_string(device.moves) + state_of(platform.things(), DeviceIndex{static_cast<std::uint32_t>(i)});
  }
  out += " groups";
  for (const things::DeviceGroup& group : platform.things().groups().all()) out += " " + group.name + ":" + group.description;
  out += " configs";
  for (std::size_t i = 0; i < registry.product_count(); ++i)
    if (const things::RemoteConfig* config = platform.remote_configs().find(ProductIndex{static_cast<std::uint32_t>(i)}))
      out += " " + std::to_string(i) + ":" + config->content;
  out += " inboxes";
  for (std::size_t i = 0; i < registry.account_count(); ++i) {
    const AccountIndex account{static_cast<std::uint32_t>(i)};
    for (const InboxMessage& message : std::as_const(platform).distribution().codes().inbox(account)) out += " " + message.code;
  }
  return out + updates_of(platform) + jobs_of(platform);
}

void ApiWorld::pass(Duration time) {
  const Instant until = now + time;
  while (platform.next_deadline() <= until) {
    now = std::max(now, platform.next_deadline());
    platform.advance(now, output);
  }
  now = until;
}

}  // namespace fleetsim::platform
