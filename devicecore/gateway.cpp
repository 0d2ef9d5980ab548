#include "devicecore/gateway.hpp"

#include <array>

#include "devicecore/base/ensure.hpp"
#include "devicecore/signing.hpp"

namespace fleetsim::device {
namespace {

constexpr std::int32_t code_ok = 200;

/// The word of "signMethod" in sub-device messages: another spelling than CONNECT's.
std::string_view sign_word(HmacMethod method) {
  switch (method) {
    case HmacMethod::md5:
      return "hmacMd5";
    case HmacMethod::sha1:
      return "hmacSha1";
    case HmacMethod::sha256:
      return "hmacSha256";
  }
  return {};
}

bool is_under_way(SubDeviceStage stage) {
  return stage == SubDeviceStage::logging_in || stage == SubDeviceStage::adding || stage == SubDeviceStage::logging_in_again;
}

/// Where the way goes on from a stage when the answer to it is good, or not.
SubDeviceStage stage_after(SubDeviceStage stage, bool good) {
  switch (stage) {
    case SubDeviceStage::logging_in:
      return good ? SubDeviceStage::online : SubDeviceStage::adding;
    case SubDeviceStage::adding:
      return good ? SubDeviceStage::logging_in_again : SubDeviceStage::refused;
    case SubDeviceStage::logging_in_again:
      return good ? SubDeviceStage::online : SubDeviceStage::refused;
    case SubDeviceStage::wanted:
    case SubDeviceStage::online:
    case SubDeviceStage::refused:
      break;
  }
  return stage;
}

}  // namespace

void Gateway::attach(std::span<SubDevice> sub_devices) {
  sub_devices_ = sub_devices;
  connection_began();
}

void Gateway::connection_began() {
  connection_ended();
  for (SubDevice& sub_device : sub_devices_) sub_device.stage = SubDeviceStage::wanted;
}

void Gateway::connection_ended() {
  request_id_ = 0;
  deadline_ = kNever;
  for (SubDevice& sub_device : sub_devices_)
    if (sub_device.stage == SubDeviceStage::online || is_under_way(sub_device.stage)) sub_device.stage = SubDeviceStage::wanted;
}

/// The first sub-device with something to do; the end when there is none.
std::size_t Gateway::next_place() const {
  std::size_t place = 0;
  while (place < sub_devices_.size() && sub_devices_[place].stage != SubDeviceStage::wanted && !is_under_way(sub_devices_[place].stage))
    ++place;
  return place;
}

bool Gateway::has_work() const { return request_id_ == 0 && next_place() < sub_devices_.size(); }

void Gateway::begin_request(const StepContext& context, std::uint32_t id) {
  ensure(has_work());
  current_ = static_cast<std::uint16_t>(next_place());
  SubDevice& sub_device = sub_devices_[current_];
  if (sub_device.stage == SubDeviceStage::wanted) sub_device.stage = SubDeviceStage::logging_in;
  request_id_ = id;
  deadline_ = context.now + context.config.response_timeout;
}

AlinkRequest Gateway::request() const {
  return sub_devices_[current_].stage == SubDeviceStage::adding ? AlinkRequest::topology_add : AlinkRequest::sub_login;
}

bool Gateway::put_params(const StepContext& context, TextWriter& text) const {
  const Identity& identity = sub_devices_[current_].identity;
  const HmacMethod method = context.config.sign_method;
  std::array<std::uint8_t, limits::client_id_bytes_max> storage{};
  TextWriter client_id(storage);
  client_id.put(identity.product_key()).put('.').put(identity.device_name());
  const bool adding = request() == AlinkRequest::topology_add;

  text.put(adding ? "[{" : "{").put(R"("productKey":")").put(identity.product_key());
  text.put(R"(","deviceName":")").put(identity.device_name()).put(R"(","clientId":")").put(client_id.text());
  text.put(R"(","timestamp":")").put(signing_timestamp).put(adding ? R"(","signmethod":")" : R"(","signMethod":")");
  text.put(sign_word(method)).put(R"(","sign":")");
  const SignedFields fields{client_id.text(), identity.device_name(), identity.product_key(), signing_timestamp};
  const bool is_signed = put_signature(context.config.hmac, method, identity.device_secret(), fields, text);
  text.put(adding ? R"("}])" : R"(","cleanSession":"true"})");
  return is_signed;
}

const SubDevice* Gateway::answered(std::uint32_t id, std::int32_t code) {
  if (!is_waiting_for(id)) return nullptr;
  request_id_ = 0;
  deadline_ = kNever;
  SubDevice& sub_device = sub_devices_[current_];
  sub_device.code = code;
  sub_device.stage = stage_after(sub_device.stage, code == code_ok);
  return is_under_way(sub_device.stage) ? nullptr : &sub_device;
}

const SubDevice* Gateway::deadline_reached(Instant now) {
  if (request_id_ == 0 || now < deadline_) return nullptr;
  request_id_ = 0;
  deadline_ = kNever;
  SubDevice& sub_device = sub_devices_[current_];
  sub_device.code = 0;
  sub_device.stage = SubDeviceStage::refused;
  return &sub_device;
}

}  // namespace fleetsim::device
