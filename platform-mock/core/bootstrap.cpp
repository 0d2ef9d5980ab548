#include "platform-mock/core/bootstrap.hpp"

#include <array>
#include <optional>
#include <utility>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/digits.hpp"
#include "platform-mock/core/endpoint_body.hpp"
#include "platform-mock/core/http/form.hpp"
#include "platform-mock/core/mqtt/alink_message.hpp"
#include "platform-mock/core/region_table.hpp"
#include "platform-mock/core/word_list.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view device_path = "/auth/bootstrap";
constexpr std::string_view region_path = "/auth/bootstrap/regionId/";
constexpr std::string_view register_path = "/auth/register/device";
constexpr std::string_view product_key_mark = "{pk}";
constexpr std::size_t resources_bytes_max = 64;
constexpr std::size_t sign_method_bytes_max = 16;
constexpr std::size_t sign_bytes_max = 64;

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

/// Binds a request to its peer and its output for the time of one call.
class BoundHandler final : public HttpHandler {
 public:
  BoundHandler(BootstrapService& service, const IpAddress& peer, const misbehaviour::Moment& moment)
      : service_(service), peer_(peer), moment_(moment) {}
  HttpAnswer answer(const HttpRequest& request) override { return service_.answer_on_demand(request, peer_, moment_); }

 private:
  BootstrapService& service_;
  const IpAddress& peer_;
  misbehaviour::Moment moment_;
};

}  // namespace

BootstrapService::BootstrapService(const PlatformConfig& config, const Registry& registry, const Distribution& distribution)
    : config_(config),
      registry_(registry),
      distribution_(distribution),
      readers_(http_limits(config.limits)),
      endpoints_(registry.instance_count()) {}

void BootstrapService::advertise(InstanceIndex instance, AdvertisedEndpoint endpoint) {
  ensure(instance.value < endpoints_.size());
  // The host goes into JSON as it is.
  ensure(endpoint.host.find_first_of("\"\\\r\n") == std::string::npos);
  endpoints_[instance.value] = std::move(endpoint);
}

BootstrapService::Step BootstrapService::received(HttpConnection& connection, const IpAddress& peer, ByteView bytes, Instant now,
                                                  Output& output) {
  out_.clear();
  BoundHandler handler(*this, peer, {now, output});
  delivery_.reset();
  const HttpFailure before = connection.failure();
  connection.receive(bytes, now, readers_, handler, out_);
  return finish(connection, peer, before, output);
}

BootstrapService::Step BootstrapService::expired(HttpConnection& connection, const IpAddress& peer, Output& output) {
  out_.clear();
  delivery_.reset();
  const HttpFailure before = connection.failure();
  connection.expire(readers_, out_);
  return finish(connection, peer, before, output);
}

BootstrapService::Step BootstrapService::finish(HttpConnection& connection, const IpAddress& peer, HttpFailure before, Output& output) {
  if (connection.failure() != before) {
    ++refused_;
    if (counts_ != nullptr) ++counts_->bootstrap_http_failures;
    PlatformEvent event;
    event.kind = PlatformEventKind::protocol_violation;
    event.instance = "bootstrap";
    event.reason = describe(connection.failure());
    event.peer = peer;
    output.event(event);
  }
  return {bytes_of(out_), connection.finished(), delivery_ ? &*delivery_ : nullptr};
}

HttpAnswer BootstrapService::answer(const HttpRequest& request, const IpAddress& peer, Output& output) {
  const std::string_view path = path_of(request.target);
  const bool asks_device = path == device_path;
  const bool registers = path == register_path && registration_ != nullptr;
  const bool asks_region = path.substr(0, region_path.size()) == region_path;
  if (!asks_device && !asks_region && !registers) return {404, R"({"code":404,"message":"no such path"})", {}};
  const HttpMethod wanted = asks_region ? HttpMethod::get : HttpMethod::post;
  if (request.method != wanted) return {405, R"({"code":405,"message":"method not allowed"})", asks_region ? "GET" : "POST"};
  if (registers) return register_device(request.body, peer, output);
  if (asks_device) return device_form(request.body, peer, output);
  return region_form(path.substr(region_path.size()), peer, output);
}

HttpAnswer BootstrapService::device_form(std::string_view form, const IpAddress& peer, Output& output) {
  FormField<product_key_bytes_max> product_key;
  FormField<device_name_bytes_max> device_name;
  FormField<resources_bytes_max> resources;
  const FormPresence has_key = product_key.read(form, "productKey");
  const FormPresence has_name = device_name.read(form, "deviceName");
  const FormPresence has_resources = resources.read(form, "resources");
  const Asked asked{product_key.view(), device_name.view()};
  if (has_key == FormPresence::absent) return refuse(bootstrap_code::bad_parameters, "productKey is missing", asked, peer, output);
  if (has_name == FormPresence::absent) return refuse(bootstrap_code::bad_parameters, "deviceName is missing", asked, peer, output);
  if (has_resources == FormPresence::found && !resources.view().empty() && !lists(resources.view(), ',', "mqtt"))
    return refuse(bootstrap_code::bad_parameters, "resources: only mqtt is offered", asked, peer, output);

  const auto device = registry_.find_device(asked.product_key, asked.device_name);
  if (!device) return refuse(config_.bootstrap_error_code, "device not found", asked, peer, output);
  const Distribution::Resolution where = distribution_.resolve(*device, peer);
  const AdvertisedEndpoint* const endpoint = endpoint_of(where.instance);
  if (endpoint == nullptr) return refuse(bootstrap_code::not_ready, "the instance has no endpoint yet", asked, peer, output);

  ++answered_;
  if (counts_ != nullptr) ++counts_->instances[where.instance.value].bootstraps;
  const InstanceConfig& instance = registry_.instance(where.instance).config;
  PlatformEvent event;
  event.kind = PlatformEventKind::bootstrap_answered;
  event.product_key = asked.product_key;
  event.device_name = asked.device_name;
  event.device = device->value;
  event.instance = instance.id.view();
  event.region = instance.region.view();
  event.reason = where.reason;
  event.peer = peer;
  output.event(event);
  return endpoint_answer(*endpoint, asked.product_key);
}

/// The region form names no device, so its answer is the region's public instance under the name that all products share.
HttpAnswer BootstrapService::region_form(std::string_view number, const IpAddress& peer, Output& output) {
  const auto n = decimal_in<std::uint32_t>(number);
  const DocumentedRegion* const region = n ? documented_region(*n) : nullptr;
  if (region == nullptr) return refuse(bootstrap_code::bad_parameters, "there is no region of this number", {}, peer, output);
  for (std::size_t i = 0; i < registry_.instance_count(); ++i) {
    const InstanceIndex index{static_cast<std::uint32_t>(i)};
    const InstanceConfig& instance = registry_.instance(index).config;
    if (instance.kind != InstanceKind::public_shared || instance.region.view() != region->id) continue;
    const AdvertisedEndpoint* const endpoint = endpoint_of(index);
    if (endpoint == nullptr) return refuse(bootstrap_code::not_ready, "the instance has no endpoint yet", {}, peer, output);
    ++answered_;
    if (counts_ != nullptr) ++counts_->instances[i].bootstraps;
    PlatformEvent event;
    event.kind = PlatformEventKind::bootstrap_answered;
    event.instance = instance.id.view();
    event.region = instance.region.view();
    event.reason = "region form";
    event.peer = peer;
    output.event(event);
    return endpoint_answer(*endpoint, "public");
  }
  return refuse(bootstrap_code::bad_parameters, "the region has no public instance", {}, peer, output);
}

/// The one answer with a secret in it, so it goes out and nowhere else.
HttpAnswer BootstrapService::register_device(std::string_view form, const IpAddress& peer, Output& output) {
  FormField<product_key_bytes_max> product_key;
  FormField<device_name_bytes_max> device_name;
  FormField<things::random_bytes_max> random;
  FormField<sign_method_bytes_max> sign_method;
  FormField<sign_bytes_max> sign;
  product_key.read(form, "productKey");
  device_name.read(form, "deviceName");
  random.read(form, "random");
  sign_method.read(form, "signMethod");
  sign.read(form, "sign");
  const Asked asked{product_key.view(), device_name.view()};
  const auto device = registration_->fetch({.product_key = asked.product_key,
                                            .device_name = asked.device_name,
                                            .random = random.view(),
                                            .sign_method = sign_method.view(),
                                            .sign = sign.view()});
  if (!device) {
    HttpAnswer refused = refuse(device.error(), "registration refused", asked, peer, output);
    refused.status = 200;  // of this form it is known
    return refused;
  }
  ++answered_;
  if (counts_ != nullptr) ++counts_->registrations;
  body_.assign(R"({"code":200,"data":{"productKey":")").append(asked.product_key);
  body_.append(R"(","deviceName":")").append(asked.device_name);
  body_.append(R"(","deviceSecret":)");
  append_json_string(body_, registry_.device(*device).secret);
  body_.append(R"(},"message":"success"})");
  return {200, body_, {}};
}

void BootstrapService::write_host(std::string& host, const AdvertisedEndpoint& endpoint, std::string_view prefix) {
  host = endpoint.host;
  const std::size_t mark = host.find(product_key_mark);
  if (mark != std::string::npos) host.replace(mark, product_key_mark.size(), prefix);
}

HttpAnswer BootstrapService::endpoint_answer(const AdvertisedEndpoint& endpoint, std::string_view host_prefix) {
  write_host(host_, endpoint, host_prefix);
  write_endpoint_body(body_, host_, endpoint.port);
  return {200, body_, {}};
}

HttpAnswer BootstrapService::refuse(std::int32_t code, std::string_view message, const Asked& asked, const IpAddress& peer,
                                    Output& output) {
  ++refused_;
  if (counts_ != nullptr) counts_->bootstraps_refused.add(code);
  PlatformEvent event;
  event.kind = PlatformEventKind::bootstrap_refused;
  event.product_key = asked.product_key;
  event.device_name = asked.device_name;
  event.reason = message;
  event.code = code;
  event.peer = peer;
  output.event(event);
  body_.assign(R"({"code":)").append(std::to_string(code)).append(R"(,"message":")").append(message).append(R"("})");
  return {config_.bootstrap_error_status, body_, {}};
}

const AdvertisedEndpoint* BootstrapService::endpoint_of(InstanceIndex instance) const {
  const AdvertisedEndpoint& endpoint = endpoints_[instance.value];
  return endpoint.port == 0 ? nullptr : &endpoint;
}

}  // namespace fleetsim::platform
