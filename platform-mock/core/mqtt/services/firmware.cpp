// /ota/device/inform and progress, thing/ota/firmware/get: which version runs, how far the update is, what there is to fetch.
#include "platform-mock/core/mqtt/services/firmware.hpp"

#include <boost/json/object.hpp>
#include <charconv>
#include <optional>

#include "platform-mock/core/mqtt/services/params_tree.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::mqtt {
namespace {

namespace json = boost::json;

constexpr std::int32_t step_max = 100;

std::string_view module_in(const json::value& params) {
  const std::string_view module = text_in(params, "module");
  return module.empty() ? std::string_view(things::default_module) : module;
}

/// Devices send "step" as a string and as a number.
std::optional<std::int32_t> step_in(const json::value& params) {
  const json::object* object = params.if_object();
  const json::value* step = object != nullptr ? object->if_contains("step") : nullptr;
  if (step == nullptr) return std::nullopt;
  std::int64_t value = 0;
  if (step->is_int64()) {
    value = step->get_int64();
  } else {
    const std::string_view text = text_in(params, "step");
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  }
  if (value < ota::step_code::flash_failed || value > step_max) return std::nullopt;
  return static_cast<std::int32_t>(value);
}

}  // namespace

bool push_upgrade(ServiceWorld& world, DeviceIndex device, const Turn& turn, std::int64_t unix_ms) {
  const DeviceRecord& record = world.registry.device(device);
  if (!std::holds_alternative<Bound>(record.placement)) return false;
  const Place place = record.resides_at();
  world.upgrades.expire(device, turn.now);
  const ota::Task* task = world.upgrades.due(device, place);
  if (task == nullptr || world.upgrades.at(task->upgrade).options.push == ota::Push::asked_for) return false;
  const DeviceNames names = names_of(world.registry, device);
  world.topic.assign("/ota/device/upgrade/").append(names.product_key).append("/").append(names.device_name);
  world.payload.assign(R"({"code":"1000","data":)").append(world.upgrades.message_of(*task, unix_ms)).append(R"(,"id":)");
  append_number(world.payload, unix_ms);
  world.payload.append(R"(,"message":"success"})");
  if (!world.lines.send(device, world.topic, world.payload, turn)) return false;
  world.upgrades.pushed(device, place, {}, turn.now);
  return true;
}

/// A version that is not what an update wants says that the update is still to come: it is told again.
Answer inform_version(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  const std::string_view version = params ? text_in(*params, "version") : std::string_view{};
  if (version.empty()) return no_answer;
  const std::string_view module = module_in(*params);
  things::ThingDetails& details = world.things.data(request.device, request.place).details();
  if (!details.set_version(module, version, request.unix_ms, world.config.limits)) {
    if (details.modules.size() >= world.config.limits.firmware_modules_per_device)
      world.limits.reached(LimitKind::firmware_modules_per_device);
    return no_answer;
  }
  world.upgrades.informed(request.device, request.place, module, version, request.turn.now);
  if (world.upgrades.due(request.device, request.place) != nullptr) push_upgrade(world, request.device, request.turn, request.unix_ms);
  return no_answer;
}

Answer report_progress(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  const auto step = params ? step_in(*params) : std::nullopt;
  if (!step) return no_answer;
  world.upgrades.progressed(request.device, request.place,
                            {.module = module_in(*params), .step = *step, .description = text_in(*params, "desc")}, request.turn.now);
  return no_answer;
}

/// An empty `data`: there is nothing to fetch.
Answer get_firmware(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  const std::string_view module = params ? text_in(*params, "module") : std::string_view{};
  world.upgrades.expire(request.device, request.turn.now);
  const ota::Task* task = world.upgrades.due(request.device, request.place, module);
  if (task == nullptr) return {};
  world.data.assign(world.upgrades.message_of(*task, request.unix_ms));
  world.upgrades.pushed(request.device, request.place, module, request.turn.now);
  return {.data = world.data};
}

}  // namespace fleetsim::platform::mqtt
