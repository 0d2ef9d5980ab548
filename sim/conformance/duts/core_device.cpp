#include "sim/conformance/duts/core_device.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "devicecore/limits.hpp"
#include "devicecore/report.hpp"

namespace fleetsim::sim {
namespace {

using device::EventKind;
using device::Failure;
using device::Leg;
using device::LinkEnd;

static_assert(static_cast<std::uint32_t>(Leg::bootstrap) == DEVICE_CORE_LEG_BOOTSTRAP);
static_assert(static_cast<std::uint32_t>(Leg::mqtt) == DEVICE_CORE_LEG_MQTT);
static_assert(static_cast<std::uint32_t>(LinkEnd::closed_by_us) == DEVICE_CORE_END_CLOSED_BY_US);
static_assert(static_cast<std::uint32_t>(LinkEnd::closed_by_peer) == DEVICE_CORE_END_CLOSED_BY_PEER);
static_assert(static_cast<std::uint32_t>(LinkEnd::reset) == DEVICE_CORE_END_RESET);
static_assert(static_cast<std::uint32_t>(LinkEnd::refused) == DEVICE_CORE_END_REFUSED);
static_assert(static_cast<std::uint32_t>(LinkEnd::unreachable) == DEVICE_CORE_END_UNREACHABLE);
static_assert(static_cast<std::uint32_t>(LinkEnd::dns_failed) == DEVICE_CORE_END_NAME_UNKNOWN);
static_assert(static_cast<std::uint32_t>(LinkEnd::tls_failed) == DEVICE_CORE_END_TLS_FAILED);
static_assert(static_cast<std::uint32_t>(LinkEnd::no_resources) == DEVICE_CORE_END_NO_RESOURCES);

device_core_text text_for_core(std::string_view text) { return {text.data(), text.size()}; }
device_core_bytes bytes_for_core(ByteView bytes) { return {bytes.data(), bytes.size()}; }
std::string_view text_of_core(const device_core_text& text) { return {text.data, text.size}; }
std::uint16_t port_of_core(std::uint32_t port) { return static_cast<std::uint16_t>(std::min<std::uint32_t>(port, 65535)); }

std::string_view input_name(std::uint32_t kind) {
  constexpr std::array<std::string_view, 10> names = {
      "", "POWER_ON", "POWER_OFF", "LINK_OPENED", "LINK_RECEIVED", "LINK_CLOSED", "FLASH_WRITTEN", "DEADLINE", "PUBLISH", "IMAGE_WRITTEN"};
  return kind < names.size() ? names[kind] : names[0];
}

}  // namespace

CoreDevice::CoreDevice(std::shared_ptr<const CoreLibrary> library, const DeviceSpec& spec, const RunRuntime& runtime, CoreRecord& record,
                       CallWatch& watch)
    : library_(std::move(library)),
      identity_(spec.identity),
      record_(record),
      guard_(flash_slots, static_cast<std::uint32_t>(device::limits::endpoint_slot_bytes)),
      watch_(watch),
      caller_(watch.caller()) {
  const device::DeviceConfig& config = runtime.group_configs[spec.group];
  bootstrap_host_ = config.bootstrap_host;
  settings_.struct_size = sizeof settings_;
  settings_.product_key = text_for_core(identity_.product_key());
  settings_.device_name = text_for_core(identity_.device_name());
  settings_.device_secret = text_for_core(identity_.device_secret());
  settings_.bootstrap_host = text_for_core(bootstrap_host_);
  settings_.bootstrap_port = config.bootstrap_port;
  settings_.bootstrap_tls = config.bootstrap_tls ? 1 : 0;
  settings_.mqtt_tls = config.mqtt_tls ? 1 : 0;
  settings_.keep_alive_s = config.keep_alive_s;
  settings_.unix_epoch_ms = config.unix_epoch_ms != 0 ? config.unix_epoch_ms : runtime.unix_epoch_ms;
  settings_.flash_slots = flash_slots;
  settings_.flash_slot_bytes = static_cast<std::uint32_t>(device::limits::endpoint_slot_bytes);
}

CoreDevice::~CoreDevice() {
  power_down();
  watch_.forget(caller_);
}

std::size_t CoreDevice::step(const device::StepContext& context, const device::Input& input) {
  if (const auto* flash = std::get_if<device::PowerOn>(&input); flash != nullptr && !power_up(context, *flash)) return 0;
  if (core_ == nullptr) return step_stopped(context, input);
  device_core_input made{};
  made.struct_size = sizeof made;
  made.now = context.now.time_since_epoch().count();
  made.random = context.random;
  constexpr std::int64_t us_in_ms = 1000;
  made.clock_ms = settings_.unix_epoch_ms == 0 ? 0 : settings_.unix_epoch_ms + (made.now + context.clock_error.count()) / us_in_ms;
  return translate(context, input, made) ? give(context, made) : 0;
}

bool CoreDevice::power_up(const device::StepContext& context, const device::PowerOn& flash) {
  power_down();
  is_online_ = false;
  off_by_ = kNever;
  if (!record_.trouble.empty()) return false;
  guard_.begin();
  firmware_version_ = context.config.firmware_version;
  settings_.firmware_version = text_for_core(firmware_version_);
  const std::array<device_core_flash_slot, flash_slots> slots = {bytes_for_core(flash.slot_a), bytes_for_core(flash.slot_b),
                                                                 bytes_for_core(flash.secret)};
  settings_.flash = slots.data();
  device_core_text why{};
  {
    const CallWatch::Call call(caller_, "device_core_create()");
    core_ = library_->create(&settings_, &why);
  }
  settings_.flash = nullptr;
  if (core_ == nullptr) {
    std::string reason = CoreGuard::check_reason(why);
    if (reason.empty()) reason = why.size > 0 ? shown(text_of_core(why)) : "it does not say why";
    stop(context, "device_core_create() makes none: " + reason);
    return false;
  }
  return true;
}

void CoreDevice::power_down() {
  if (core_ == nullptr) return;
  const CallWatch::Call call(caller_, "device_core_destroy()");
  library_->destroy(std::exchange(core_, nullptr));
}

void CoreDevice::release(device::BlockPool&) { power_down(); }

/// What it asked for in this step is not carried out any more, and its links are cut.
void CoreDevice::stop(const device::StepContext& context, const std::string& why) {
  if (record_.trouble.empty()) {
    record_.trouble = "the core was stopped: " + why;
    if (!record_.log.empty()) record_.trouble += fmt::format("; its last line: {}", record_.log.back().text);
  }
  power_down();
  context.workspace.reset();
  for (const Leg leg : {Leg::bootstrap, Leg::mqtt})
    if (guard_.has_link(static_cast<std::uint32_t>(leg))) context.workspace.push(device::AbortLink{leg});
}

std::size_t CoreDevice::step_stopped(const device::StepContext& context, const device::Input& input) {
  if (std::holds_alternative<device::PowerOff>(input)) device::report(context, {.kind = EventKind::powered_off});
  const auto* received = std::get_if<device::LinkReceived>(&input);
  return received == nullptr ? 0 : received->bytes.size();
}

bool CoreDevice::translate(const device::StepContext& context, const device::Input& input, device_core_input& made) {
  if (std::holds_alternative<device::PowerOn>(input)) {
    made.kind = DEVICE_CORE_POWER_ON;
  } else if (std::holds_alternative<device::PowerOff>(input)) {
    made.kind = DEVICE_CORE_POWER_OFF;
    off_by_ = context.now + Duration{DEVICE_CORE_POWER_OFF_PATIENCE_US};
  } else if (const auto* opened = std::get_if<device::LinkOpened>(&input)) {
    made.kind = DEVICE_CORE_LINK_OPENED;
    made.leg = static_cast<std::uint32_t>(opened->leg);
  } else if (const auto* received = std::get_if<device::LinkReceived>(&input)) {
    made.kind = DEVICE_CORE_LINK_RECEIVED;
    made.leg = static_cast<std::uint32_t>(received->leg);
    made.bytes = bytes_for_core(received->bytes);
  } else if (const auto* closed = std::get_if<device::LinkClosed>(&input)) {
    made.kind = DEVICE_CORE_LINK_CLOSED;
    made.leg = static_cast<std::uint32_t>(closed->leg);
    made.link_end = static_cast<std::uint32_t>(closed->end);
    report_end(context, *closed);
  } else if (const auto* written = std::get_if<device::SlotWritten>(&input)) {
    made.kind = DEVICE_CORE_FLASH_WRITTEN;
    made.slot = written->slot;
    made.ok = written->ok ? 1 : 0;
  } else if (const auto* image = std::get_if<device::ImageWritten>(&input)) {
    made.kind = DEVICE_CORE_IMAGE_WRITTEN;
    made.ok = image->ok ? 1 : 0;
  } else if (std::holds_alternative<device::DeadlineReached>(input)) {
    made.kind = DEVICE_CORE_DEADLINE;
  } else if (const auto* publish = std::get_if<device::PublishCommand>(&input)) {
    made.kind = DEVICE_CORE_PUBLISH;
    made.topic = text_for_core(publish->topic);
    made.bytes = bytes_for_core(publish->payload);
    made.qos = static_cast<std::uint32_t>(publish->qos);
    made.token = publish->token;
  } else if (const auto* post = std::get_if<device::PostProperty>(&input)) {
    device::report(context, {.kind = EventKind::publish_rejected, .failure = Failure::too_large, .token = post->token});
  }
  return made.kind != 0;
}

std::size_t CoreDevice::give(const device::StepContext& context, const device_core_input& input) {
  const auto now = [&] {
    return fmt::format(" (at {:.6f} s, on {})", static_cast<double>(input.now) / microseconds_per_second, input_name(input.kind));
  };
  if (const std::string wrong = guard_.enter(input); !wrong.empty()) {
    stop(context, wrong + now());
    return input.bytes.size;
  }
  if (input.kind == DEVICE_CORE_DEADLINE && context.now >= off_by_) {
    stop(context, fmt::format("switched off, it did not tell POWERED_OFF within {} s",
                              Duration{DEVICE_CORE_POWER_OFF_PATIENCE_US} / std::chrono::seconds{1}));
    device::report(context, {.kind = EventKind::powered_off});
    return 0;
  }
  device_core_result result{};
  result.struct_size = sizeof result;
  {
    const CallWatch::Call call(caller_, "device_core_step()");
    library_->step(core_, &input, &result);
  }
  if (const std::string wrong = guard_.check(result, input, outputs_); !wrong.empty()) {
    stop(context, "it breaks a rule of device_core.h: " + wrong + now());
    return input.bytes.size;
  }
  for (const device_core_output& output : outputs_) obey(context, output);
  return input.kind == DEVICE_CORE_LINK_RECEIVED ? input.bytes.size - result.bytes_left : 0;
}

/// What the shell, its metrics and the timeline know from a device of ours, by what they can know of any: how its links went.
void CoreDevice::report_end(const device::StepContext& context, const device::LinkClosed& closed) {
  const bool never_opened = !guard_.has_opened(static_cast<std::uint32_t>(closed.leg));
  if (closed.leg == Leg::bootstrap) {
    if (never_opened && asks_bootstrap_)
      device::report(context, {.kind = EventKind::bootstrap_failed, .failure = Failure::link, .end = closed.end});
    return;
  }
  if (std::exchange(is_online_, false)) {
    const EventKind kind = std::exchange(was_told_to_close_, false) ? EventKind::disconnected : EventKind::connection_lost;
    device::report(context, {.kind = kind, .failure = Failure::link, .end = closed.end});
  } else if (never_opened || closed.end != LinkEnd::closed_by_us) {
    device::report(context, {.kind = EventKind::connect_failed, .failure = Failure::link, .end = closed.end});
  }
}

void CoreDevice::obey(const device::StepContext& context, const device_core_output& output) {
  const Leg leg = output.leg == DEVICE_CORE_LEG_MQTT ? Leg::mqtt : Leg::bootstrap;
  const ByteView bytes(output.bytes.data, output.bytes.size);
  switch (output.kind) {
    case DEVICE_CORE_OPEN_LINK:
      return open(context, output);
    case DEVICE_CORE_SEND:
      if (!bytes.empty()) context.workspace.push(device::SendBytes{leg, bytes});
      return;
    case DEVICE_CORE_CLOSE_LINK:
    case DEVICE_CORE_ABORT_LINK:
      if (!guard_.has_link(output.leg)) return;
      if (leg == Leg::mqtt) was_told_to_close_ = true;
      if (output.kind == DEVICE_CORE_CLOSE_LINK) {
        context.workspace.push(device::CloseLink{leg});
      } else {
        context.workspace.push(device::AbortLink{leg});
      }
      return;
    case DEVICE_CORE_WRITE_FLASH:
      context.workspace.push(device::WriteSlot{static_cast<std::uint8_t>(output.slot), bytes});
      return;
    case DEVICE_CORE_WRITE_IMAGE:
      context.workspace.push(device::WriteImage{output.offset, output.image_size, bytes});
      return;
    case DEVICE_CORE_RESTART:
      context.workspace.push(device::RestartInto{text_of_core(output.text)});
      return;
    case DEVICE_CORE_LOG:
      return log(context.now, text_of_core(output.text));
    case DEVICE_CORE_EVENT:
      return tell(context, output);
    default:
      return;
  }
}

void CoreDevice::open(const device::StepContext& context, const device_core_output& output) {
  const bool is_mqtt = output.leg == DEVICE_CORE_LEG_MQTT;
  const std::uint16_t port = port_of_core(output.port);
  const std::string_view host = text_of_core(output.host);
  if (is_mqtt) {
    was_told_to_close_ = false;
    device::report(context, {.kind = EventKind::connect_started, .port = port, .host = host});
  } else {
    asks_bootstrap_ = host == bootstrap_host_ && output.port == settings_.bootstrap_port;
    if (asks_bootstrap_) device::report(context, {.kind = EventKind::bootstrap_started, .port = port, .host = host});
  }
  context.workspace.push(device::OpenLink{is_mqtt ? Leg::mqtt : Leg::bootstrap, output.tls != 0, port, host});
}

void CoreDevice::tell(const device::StepContext& context, const device_core_output& output) {
  device::Event event{.port = port_of_core(output.port),
                      .code = output.code,
                      .token = output.token,
                      .host = text_of_core(output.host),
                      .text = text_of_core(output.text)};
  switch (output.event) {
    case DEVICE_CORE_EVENT_ONLINE:
      if (std::exchange(is_online_, true)) return;
      event.kind = EventKind::connected;
      event.code = 0;
      break;
    case DEVICE_CORE_EVENT_NOTIFIED:
      event.kind = output.code == 0 ? EventKind::notified : EventKind::notify_ignored;
      event.failure = output.code == 0 ? Failure::none : Failure::unknown_command;
      break;
    case DEVICE_CORE_EVENT_ENDPOINT:
      event.kind = EventKind::bootstrap_answered;
      break;
    case DEVICE_CORE_EVENT_REFUSED:
      event.kind = EventKind::connect_refused;
      event.failure = Failure::connack_refused;
      break;
    case DEVICE_CORE_EVENT_RETRY:
      event.kind = EventKind::retry_scheduled;
      event.delay = Duration{output.delay};
      break;
    case DEVICE_CORE_EVENT_PUBLISHED:
      event.kind = EventKind::published;
      break;
    case DEVICE_CORE_EVENT_PUBLISH_ACKNOWLEDGED:
      event.kind = EventKind::publish_acknowledged;
      break;
    case DEVICE_CORE_EVENT_PUBLISH_REJECTED:
      event.kind = EventKind::publish_rejected;
      event.failure = output.code == 0 ? Failure::no_room : Failure::too_large;
      break;
    case DEVICE_CORE_EVENT_POWERED_OFF:
      event.kind = EventKind::powered_off;
      off_by_ = kNever;
      break;
    default:
      return;  // of a later version
  }
  device::report(context, event);
}

void CoreDevice::log(Instant now, std::string_view text) {
  if (record_.log.size() == CoreRecord::lines_max) {
    ++record_.lines_left_out;
    return;
  }
  const std::string_view hidden = identity_.device_secret();
  if (!hidden.empty() && text.find(hidden) != std::string_view::npos && record_.trouble.empty())
    record_.trouble = "the core writes its device secret into its log";
  record_.log.push_back({now, shown(text)});
}

std::string CoreDevice::shown(std::string_view text) const {
  std::string line(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  const std::string_view hidden = identity_.device_secret();
  for (std::size_t at = line.find(hidden); !hidden.empty() && at != std::string::npos; at = line.find(hidden))
    line.replace(at, hidden.size(), "(its device secret)");
  return line;
}

Instant CoreDevice::next_deadline() const {
  if (core_ == nullptr) return kNever;
  const CallWatch::Call call(caller_, "device_core_deadline()");
  const std::int64_t at = library_->deadline(core_);
  return std::min(off_by_, at == DEVICE_CORE_NEVER ? kNever : Instant{Duration{std::max<std::int64_t>(at, 0)}});
}

}  // namespace fleetsim::sim
