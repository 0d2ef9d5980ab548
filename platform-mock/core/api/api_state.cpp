#include "platform-mock/core/api/api_state.hpp"

#include <algorithm>
#include <charconv>

namespace fleetsim::platform {
namespace {

constexpr std::string_view iot_id_end = "000100";
constexpr std::size_t iot_id_digits = 16;

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

}  // namespace

ApiState::ApiState(std::uint64_t seed, std::uint64_t starts)
    : keys_(seed_of_start(seed, starts), "product keys"),
      secrets_(seed_of_start(seed, starts), "secrets"),
      names_(seed_of_start(seed, starts), "device names"),
      groups_(seed_of_start(seed, starts), "groups"),
      files_(seed_of_start(seed, starts), "uploaded files"),
      requests_(seed_of_start(seed, starts), "requests"),
      messages_(seed_of_start(seed, starts), "messages"),
      iot_id_key_(RandomIds(seed, "iot ids").number()) {}

std::uint32_t ApiState::iot_id_check(std::uint32_t index) const { return static_cast<std::uint32_t>(mixed(iot_id_key_ + index) >> 32U); }

// The upper half is a check of the index, the lower half the index under a mask that depends on the check.
std::string ApiState::iot_id(DeviceIndex device) const {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::uint32_t check = iot_id_check(device.value);
  const auto mask = static_cast<std::uint32_t>(mixed(check ^ iot_id_key_));
  std::uint64_t value = std::uint64_t{check} << 32U | (device.value ^ mask);
  std::string out(iot_id_digits, '0');
  for (std::size_t i = iot_id_digits; i-- > 0; value >>= 4U) out[i] = digits[value & 15U];
  return out.append(iot_id_end);
}

std::optional<DeviceIndex> ApiState::device_of_iot_id(std::string_view text) const {
  if (text.size() != iot_id_digits + iot_id_end.size() || !text.ends_with(iot_id_end)) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + iot_id_digits, value, 16);
  if (error != std::errc{} || end != text.data() + iot_id_digits) return std::nullopt;
  const auto check = static_cast<std::uint32_t>(value >> 32U);
  const auto mask = static_cast<std::uint32_t>(mixed(check ^ iot_id_key_));
  const std::uint32_t index = static_cast<std::uint32_t>(value) ^ mask;
  if (iot_id_check(index) != check) return std::nullopt;
  return DeviceIndex{index};
}

std::uint64_t ApiState::promise(ConnectionId connection) {
  promises_.insert_or_assign(connection, Promise{.ticket = ++last_ticket_});
  return last_ticket_;
}

void ApiState::describe_promise(ConnectionId connection, std::size_t action, Instant asked) {
  const auto found = promises_.find(connection);
  if (found == promises_.end()) return;
  found->second.action = action;
  found->second.asked = asked;
}

std::optional<ApiState::Promise> ApiState::keep_promise(ConnectionId connection, std::uint64_t ticket) {
  const auto found = promises_.find(connection);
  if (found == promises_.end() || found->second.ticket != ticket) return std::nullopt;
  return give_up_promise(connection);
}

std::optional<ApiState::Promise> ApiState::give_up_promise(ConnectionId connection) {
  const auto found = promises_.find(connection);
  if (found == promises_.end()) return std::nullopt;
  const Promise promise = found->second;
  promises_.erase(found);
  return promise;
}

std::int64_t ApiState::add(Application application) {
  if (applications_.size() >= applications_max_) {
    application_changed(applications_.begin()->first);
    applications_.erase(applications_.begin());
    if (limits_ != nullptr) limits_->reached(LimitKind::api_applications);
  }
  const std::int64_t id = next_application_++;
  applications_.emplace(id, std::move(application));
  application_changed(id);
  return id;
}

void ApiState::restore(std::int64_t id, Application application) {
  applications_.insert_or_assign(id, std::move(application));
  next_application_ = std::max(next_application_, id + 1);
}

Application* ApiState::find_application(std::int64_t id) {
  const auto found = applications_.find(id);
  return found == applications_.end() ? nullptr : &found->second;
}

void ApiState::set_nickname(DeviceIndex device, std::string_view nickname) {
  if (nickname.empty()) return forget(device);
  nicknames_.insert_or_assign(device, std::string{nickname});
  nickname_changed(device);
}

std::string_view ApiState::nickname(DeviceIndex device) const {
  const auto found = nicknames_.find(device);
  return found == nicknames_.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace fleetsim::platform
