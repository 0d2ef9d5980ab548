#include "sim/conformance/duts/core_guard.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace fleetsim::sim {
namespace {

/// Whether anything is mapped there. A pointer that leads nowhere is found; one that leads to the wrong place cannot be.
bool is_memory(const void* data, std::size_t size) {
  if (size == 0) return true;
  if (data == nullptr) return false;
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  if (size > UINTPTR_MAX - begin - page) return false;
  const std::uintptr_t first = begin / page * page;
  const std::size_t all = begin + size - first;
  std::vector<unsigned char> pages((all + page - 1) / page);
  // By numbers: arithmetic on a pointer that leads nowhere is undefined.
  void* const at = reinterpret_cast<void*>(first);  // NOLINT(performance-no-int-to-ptr)
  return ::mincore(at, all, pages.data()) == 0 || errno != ENOMEM;
}

std::string bad_memory(std::string_view what, std::size_t size) {
  return fmt::format("{} of {} bytes lies where there is no memory", what, size);
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

std::string_view output_name(std::uint32_t kind) {
  constexpr std::array<std::string_view, 10> names = {"output 0",    "OPEN_LINK", "SEND",  "CLOSE_LINK",  "ABORT_LINK",
                                                      "WRITE_FLASH", "LOG",       "EVENT", "WRITE_IMAGE", "RESTART"};
  return kind < names.size() ? names[kind] : "output";
}

}  // namespace

void CoreGuard::begin() {
  links_.fill(LinkStage::none);
  writing_.assign(flash_slots_, false);
  writing_image_ = false;
  is_switched_off_ = false;
  stuck_ = 0;
}

std::string CoreGuard::check_reason(const device_core_text& why) {
  if (why.size > text_bytes_max) return fmt::format("a reason of {} bytes; at most {}", why.size, text_bytes_max);
  return is_memory(why.data, why.size) ? std::string{} : bad_memory("a reason", why.size);
}

std::string CoreGuard::enter(const device_core_input& input) {
  switch (input.kind) {
    case DEVICE_CORE_LINK_OPENED:
      if (links_[input.leg] == LinkStage::opening) links_[input.leg] = LinkStage::open;
      opened_[input.leg] = true;
      break;
    case DEVICE_CORE_LINK_CLOSED:
      links_[input.leg] = LinkStage::none;
      break;
    case DEVICE_CORE_FLASH_WRITTEN:
      writing_[input.slot] = false;
      break;
    case DEVICE_CORE_IMAGE_WRITTEN:
      writing_image_ = false;
      break;
    case DEVICE_CORE_POWER_OFF:
      is_switched_off_ = true;
      return {};
    case DEVICE_CORE_LINK_RECEIVED:
    case DEVICE_CORE_PUBLISH:
      return {};
    default:
      break;
  }
  return count_own_step(input.now);
}

/// What a core brings about by itself could go on for ever within one moment.
std::string CoreGuard::count_own_step(std::int64_t now) {
  constexpr std::int64_t second = 1'000'000;
  if (now - second_ >= second) {
    second_ = now;
    in_second_ = 0;
  }
  if (++in_second_ > DEVICE_CORE_STEPS_PER_SECOND_MAX)
    return fmt::format("it spins: more than {} steps of its own making within a second", DEVICE_CORE_STEPS_PER_SECOND_MAX);
  if (++own_steps_ > own_steps_max) return fmt::format("it spins: more than {} steps of its own making", own_steps_max);
  return {};
}

std::string CoreGuard::check(const device_core_result& result, const device_core_input& input, std::vector<device_core_output>& outputs) {
  outputs.clear();
  if (result.bytes_left > input.bytes.size)
    return fmt::format("bytes_left is {}, of {} bytes that it was given", result.bytes_left, input.bytes.size);
  const bool is_stuck = input.kind == DEVICE_CORE_LINK_RECEIVED && result.bytes_left == input.bytes.size;
  stuck_ = is_stuck ? stuck_ + 1 : 0;
  if (stuck_ == stuck_steps_max) return fmt::format("it takes none of {} bytes, {} times in a row", input.bytes.size, stuck_steps_max);
  if (result.outputs_count == 0) return {};
  if (result.outputs_count > DEVICE_CORE_OUTPUTS_MAX)
    return fmt::format("{} outputs in one step; at most {} may be", result.outputs_count, DEVICE_CORE_OUTPUTS_MAX);
  if (result.output_size < sizeof(device_core_output) || result.output_size > output_struct_bytes_max)
    return fmt::format("output_size is {}; expected sizeof(device_core_output), {} here", result.output_size, sizeof(device_core_output));
  const std::size_t size = std::size_t{result.outputs_count} * result.output_size;
  if (!is_memory(result.outputs, size)) return bad_memory("the list of outputs", size);
  for (std::uint32_t i = 0; i < result.outputs_count; ++i) {
    device_core_output output;
    std::memcpy(&output, reinterpret_cast<const std::uint8_t*>(result.outputs) + std::size_t{i} * result.output_size, sizeof output);
    if (const std::string wrong = check_output(output); !wrong.empty()) return fmt::format("{}: {}", output_name(output.kind), wrong);
    outputs.push_back(output);
  }
  return {};
}

std::string CoreGuard::check_output(const device_core_output& output) {
  switch (output.kind) {
    case DEVICE_CORE_OPEN_LINK:
    case DEVICE_CORE_SEND:
    case DEVICE_CORE_CLOSE_LINK:
    case DEVICE_CORE_ABORT_LINK:
      return check_link(output);
    case DEVICE_CORE_WRITE_FLASH:
      return check_write(output);
    case DEVICE_CORE_LOG:
      if (output.text.size > text_bytes_max) return fmt::format("a line of {} bytes; at most {}", output.text.size, text_bytes_max);
      return is_memory(output.text.data, output.text.size) ? std::string{} : bad_memory("text", output.text.size);
    case DEVICE_CORE_EVENT:
      return check_event(output);
    case DEVICE_CORE_WRITE_IMAGE:
    case DEVICE_CORE_RESTART:
      return check_image(output);
    default:
      return fmt::format("there is no output of kind {}", output.kind);
  }
}

std::string CoreGuard::check_link(const device_core_output& output) {
  if (output.leg >= legs) return fmt::format("there is no leg {}", output.leg);
  LinkStage& link = links_[output.leg];
  if (output.kind == DEVICE_CORE_OPEN_LINK) {
    if (link != LinkStage::none) return fmt::format("leg {} has a link already; LINK_CLOSED tells when it has none", output.leg);
    if (output.port == 0 || output.port > 65535) return fmt::format("{} is no port", output.port);
    if (output.host.size == 0 || output.host.size > host_bytes_max)
      return fmt::format("a host of {} bytes; expected 1 to {}", output.host.size, host_bytes_max);
    if (!is_memory(output.host.data, output.host.size)) return bad_memory("host", output.host.size);
    if (!is_plain({output.host.data, output.host.size})) return "a host with white space or control characters";
    link = LinkStage::opening;
    opened_[output.leg] = false;
    return {};
  }
  if (output.kind == DEVICE_CORE_SEND) {
    if (link != LinkStage::open) return fmt::format("the link of leg {} is not open", output.leg);
    if (output.bytes.size > DEVICE_CORE_OUTPUT_BYTES_MAX)
      return fmt::format("{} bytes; at most {} may be", output.bytes.size, DEVICE_CORE_OUTPUT_BYTES_MAX);
    return is_memory(output.bytes.data, output.bytes.size) ? std::string{} : bad_memory("bytes", output.bytes.size);
  }
  if (link != LinkStage::none) link = LinkStage::closing;
  return {};
}

std::string CoreGuard::check_write(const device_core_output& output) {
  if (output.slot >= flash_slots_) return fmt::format("there is no slot {}; there are {}", output.slot, flash_slots_);
  if (output.bytes.size == 0 || output.bytes.size > flash_slot_bytes_)
    return fmt::format("{} bytes; a slot takes 1 to {}", output.bytes.size, flash_slot_bytes_);
  if (writing_[output.slot]) return fmt::format("slot {} is being written; FLASH_WRITTEN tells when it is done", output.slot);
  if (!is_memory(output.bytes.data, output.bytes.size)) return bad_memory("bytes", output.bytes.size);
  writing_[output.slot] = true;
  return {};
}

std::string CoreGuard::check_image(const device_core_output& output) {
  if (output.kind == DEVICE_CORE_RESTART) {
    if (has_link(DEVICE_CORE_LEG_BOOTSTRAP) || has_link(DEVICE_CORE_LEG_MQTT)) return "there is a link yet";
    if (output.text.size == 0 || output.text.size > version_bytes_max)
      return fmt::format("a version of {} bytes; expected 1 to {}", output.text.size, version_bytes_max);
    return is_memory(output.text.data, output.text.size) ? std::string{} : bad_memory("text", output.text.size);
  }
  if (output.bytes.size == 0 || output.bytes.size > DEVICE_CORE_OUTPUT_BYTES_MAX)
    return fmt::format("{} bytes; expected 1 to {}", output.bytes.size, DEVICE_CORE_OUTPUT_BYTES_MAX);
  if (output.offset > output.image_size || output.bytes.size > output.image_size - output.offset)
    return fmt::format("{} bytes at {} of an image of {}", output.bytes.size, output.offset, output.image_size);
  if (writing_image_) return "a part is being written; IMAGE_WRITTEN tells when it is done";
  if (!is_memory(output.bytes.data, output.bytes.size)) return bad_memory("bytes", output.bytes.size);
  writing_image_ = true;
  return {};
}

std::string CoreGuard::check_event(const device_core_output& output) const {
  if (output.host.size > host_bytes_max) return fmt::format("a host of {} bytes; at most {}", output.host.size, host_bytes_max);
  if (!is_memory(output.host.data, output.host.size)) return bad_memory("host", output.host.size);
  if (output.text.size > text_bytes_max) return fmt::format("a text of {} bytes; at most {}", output.text.size, text_bytes_max);
  if (!is_memory(output.text.data, output.text.size)) return bad_memory("text", output.text.size);
  if (output.event == DEVICE_CORE_EVENT_ONLINE && links_[DEVICE_CORE_LEG_MQTT] != LinkStage::open) return "ONLINE without an MQTT link";
  if (output.event == DEVICE_CORE_EVENT_POWERED_OFF && !is_switched_off_) return "POWERED_OFF, and nobody has switched it off";
  return {};
}

}  // namespace fleetsim::sim
