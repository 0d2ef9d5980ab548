// Lets the example core in C live on a board where anything happens: links that open, bring bytes and end, deadlines, publishes, flash that
// fails, power that goes. Whatever comes, it must break no rule of device_core.h, and never show its secret.
//
// The input is a script: a byte says what happens; of bytes that arrive, the next one says how many, and they follow.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/abi/device_core.h"
#include "devicecore/base/ensure.hpp"
#include "sim/conformance/duts/core_guard.hpp"

namespace {

using fleetsim::ensure;
using fleetsim::sim::CoreGuard;

constexpr std::string_view secret = "a-secret-of-nobody";
constexpr std::size_t steps_max = 2000;

device_core_text words(std::string_view text) { return {text.data(), text.size()}; }

class Board {
 public:
  Board() {
    settings_.struct_size = sizeof settings_;
    settings_.product_key = words("a1");
    settings_.device_name = words("dev1");
    settings_.device_secret = words(secret);
    settings_.bootstrap_host = words("bootstrap.example");
    settings_.bootstrap_port = 443;
    settings_.keep_alive_s = 60;
    settings_.firmware_version = words("1.0.0");
    settings_.flash_slots = static_cast<std::uint32_t>(flash_.size());
    settings_.flash_slot_bytes = 160;
    power_on();
  }
  ~Board() { device_core_destroy(core_); }
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  void happen(std::uint8_t what, std::string_view& script) {
    device_core_input input = make(0);
    input.leg = what >> 7;
    const bool is_there = guard_.has_link(input.leg);
    switch (what & 7) {
      case 0:
        if (is_there && !guard_.has_opened(input.leg)) input.kind = DEVICE_CORE_LINK_OPENED;
        break;
      case 1:
      case 2:
        return receive(input, script);
      case 3:
        input.link_end = (what >> 3) % DEVICE_CORE_LINK_ENDS;
        if (is_there) input.kind = DEVICE_CORE_LINK_CLOSED;
        break;
      case 4:
        now_ = std::max(now_, device_core_deadline(core_) == DEVICE_CORE_NEVER ? now_ : device_core_deadline(core_));
        input = make(DEVICE_CORE_DEADLINE);
        break;
      case 5:
        return write_done(what);
      case 6:
        input.token = 1U + (what >> 3);
        input.qos = what >> 7;
        input.topic = words("/a1/dev1/user/update");
        input.bytes = {reinterpret_cast<const std::uint8_t*>(secret.data()), 3};
        if (is_online_) input.kind = DEVICE_CORE_PUBLISH;
        break;
      default:
        return power(what);
    }
    if (input.kind != 0) step(input);
  }

 private:
  device_core_input make(std::uint32_t kind) {
    device_core_input input{};
    input.struct_size = sizeof input;
    input.kind = kind;
    input.now = now_;
    input.random = random_ = random_ * 1664525U + 1013904223U;
    return input;
  }

  void receive(device_core_input input, std::string_view& script) {
    if (script.empty()) return;
    const std::size_t count = std::min<std::size_t>(static_cast<std::uint8_t>(script.front()), script.size() - 1);
    std::string_view bytes = script.substr(1, count);
    script.remove_prefix(1 + count);
    const std::uint32_t leg = input.leg;
    while (!bytes.empty() && guard_.has_link(leg) && guard_.has_opened(leg)) {
      input = make(DEVICE_CORE_LINK_RECEIVED);
      input.leg = leg;
      input.bytes = {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
      bytes = bytes.substr(bytes.size() - step(input));
    }
  }

  void write_done(std::uint8_t what) {
    device_core_input input = make(image_waits_ ? DEVICE_CORE_IMAGE_WRITTEN : DEVICE_CORE_FLASH_WRITTEN);
    input.ok = what >> 7;
    if (!image_waits_ && writing_.empty()) return;
    if (!image_waits_) {
      input.slot = writing_.back();
      writing_.pop_back();
    }
    image_waits_ = false;
    step(input);
  }

  /// Off in order, or cut.
  void power(std::uint8_t what) {
    if (what < 128 && !is_going_off_) {
      is_going_off_ = true;
      step(make(DEVICE_CORE_POWER_OFF));
    } else if (what > 240) {
      device_core_destroy(core_);
      power_on();
    }
  }

  void power_on() {
    std::array<device_core_flash_slot, 3> slots{};
    for (std::size_t i = 0; i < slots.size(); ++i) slots[i] = {flash_[i].data(), flash_[i].size()};
    settings_.flash = slots.data();
    device_core_text why{};
    core_ = device_core_create(&settings_, &why);
    ensure(core_ != nullptr);
    guard_.begin();
    writing_.clear();
    image_waits_ = is_online_ = is_going_off_ = false;
    now_ += 1'000'000;  // an hour's worth of restarts is no core that spins
    step(make(DEVICE_CORE_POWER_ON));
  }

  std::size_t step(const device_core_input& input) {
    guard_.enter(input);
    device_core_result result{};
    result.struct_size = sizeof result;
    device_core_step(core_, &input, &result);
    ensure(guard_.check(result, input, outputs_).empty());
    if (input.kind == DEVICE_CORE_LINK_CLOSED && input.leg == DEVICE_CORE_LEG_MQTT) is_online_ = false;
    bool restarts = false;
    for (const device_core_output& output : outputs_) {
      ensure(std::string_view(reinterpret_cast<const char*>(output.bytes.data), output.bytes.size).find(secret) == std::string_view::npos);
      ensure(std::string_view(output.text.data, output.text.size).find(secret) == std::string_view::npos);
      if (output.kind == DEVICE_CORE_EVENT && output.event == DEVICE_CORE_EVENT_ONLINE) is_online_ = true;
      if (output.kind == DEVICE_CORE_WRITE_IMAGE) image_waits_ = true;
      if (output.kind == DEVICE_CORE_RESTART) restarts = true;
      if (output.kind != DEVICE_CORE_WRITE_FLASH) continue;
      writing_.push_back(output.slot);
      flash_[output.slot].assign(output.bytes.data, output.bytes.data + output.bytes.size);
    }
    const std::size_t left = result.bytes_left;
    if (restarts) {
      device_core_destroy(core_);
      power_on();
    }
    return left;
  }

  device_core_settings settings_{};
  std::array<std::vector<std::uint8_t>, 3> flash_;
  CoreGuard guard_{3, 160};
  device_core* core_ = nullptr;
  std::vector<device_core_output> outputs_;
  std::vector<std::uint32_t> writing_;
  std::int64_t now_ = 0;
  std::uint32_t random_ = 1;
  bool image_waits_ = false;
  bool is_online_ = false;
  bool is_going_off_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view script(reinterpret_cast<const char*>(data), size);
  Board board;
  for (std::size_t i = 0; i < steps_max && !script.empty(); ++i) {
    const auto what = static_cast<std::uint8_t>(script.front());
    script.remove_prefix(1);
    board.happen(what, script);
  }
  return 0;
}
