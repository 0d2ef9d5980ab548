// No device tries again faster, or later, than its firmware's documents allow. For the floor links are what is watched: when one is opened
// (WireKind::opening, on either leg, also when a fault keeps it from the network), and when one has ended. For the cap what the device
// tells: faults may make an opening late.
//
// Free to open at once:
//   - after power came on (also after an upgrade's restart);
//   - after a bootstrap or registration that was answered: the device stores, and connects. It may wait as well, when it was sent where it
//     comes from;
//   - after an MQTT session in which it was told to move (notify, endpoint push) or was given its secret. But only quick_moves_max times
//     without a stable time online between: a platform that sends a device around and around must not make it spin.
// Everything else is a failure, the loss of a good session too: the next opening comes not before the floor (of a first try: `first`) has
// passed since the link's end; and the next try begins not later than the cap after the wait began. Waits are forgiven by a stable time
// online, or by success if the firmware is such. Downloads, which use the bootstrap leg while the device is online, are no business of
// this. A wait during which the clock was set is not judged; nor is the cap where devices may have to stand in line for their links
// (connects_in_flight).
#include <fmt/format.h>
#include <vector>

#include "devicecore/limits.hpp"
#include "sim/invariants/list.hpp"

namespace fleetsim::sim {
namespace {

using device::EventKind;
using device::Leg;

constexpr std::int64_t million = 1'000'000;

class BackoffRespected final : public Invariant {
 public:
  explicit BackoffRespected(const Post& post) : Invariant("backoff_respected", post), devices_(post.share.count) {}

  void on_wire(const WireEvent& event) override {
    const std::uint32_t slot = share().slot_of(event.device);
    if (slot == DeviceShare::not_here) return;
    Waiting& device = devices_[slot];
    const bool is_download = event.leg == Leg::bootstrap && device.accepted_at != kNever;
    switch (event.kind) {
      case WireKind::opening:
        if (is_download) {
          device.download = event.connection;
        } else {
          judge(device, event);
        }
        break;
      case WireKind::failed:
      case WireKind::finished:
      case WireKind::reset:
        if (event.leg != Leg::bootstrap || event.connection != device.download) ended(device, event);
        break;
      case WireKind::opened:
      case WireKind::bytes:
        break;
    }
  }

  /// To a device such an attempt is one like any other.
  void on_kept_back(const WireEvent& event) override {
    const std::uint32_t slot = share().slot_of(event.device);
    if (slot == DeviceShare::not_here) return;
    Waiting& device = devices_[slot];
    const bool is_download = event.leg == Leg::bootstrap && device.accepted_at != kNever;
    if (is_download) return;
    if (event.kind == WireKind::opening) {
      judge(device, event);
    } else {
      ended(device, event);
    }
  }

  void on_device_event(const DeviceNews& news) override {
    const std::uint32_t slot = share().slot_of(news.device);
    if (slot == DeviceShare::not_here) return;
    Waiting& device = devices_[slot];
    const EventKind kind = news.event.kind;
    const bool may_forgive = kind == EventKind::notified || kind == EventKind::redirected || kind == EventKind::connection_lost ||
                             kind == EventKind::disconnected;
    if (may_forgive) forgive_if_stable(device, news);
    if (kind == EventKind::connected) {
      device.accepted_at = news.at;
      device.online_since = news.at;
      device.comes_from_stable = false;
      if (facts().group_of(news.device).waits.success_forgives) device.failures = 0;
    } else if (kind == EventKind::notified || kind == EventKind::redirected) {
      device.next = Next::move;
    } else if (kind == EventKind::bootstrap_answered || kind == EventKind::registered) {
      device.next = Next::answered;
    } else if (kind == EventKind::retry_scheduled) {
      device.waits_since = news.at;
      check_told_wait(news);
    } else if (kind == EventKind::bootstrap_started || kind == EventKind::connect_started) {
      check_cap(device, news.device, news.at);
      device.waits_since = kNever;
    }
  }

  void on_mishap(std::uint32_t device, Mishap mishap, Instant) override {
    const std::uint32_t slot = share().slot_of(device);
    if (slot == DeviceShare::not_here) return;
    Waiting& waiting = devices_[slot];
    if (mishap == Mishap::clock_changed) {
      waiting.is_judged = false;
    } else {
      waiting = Waiting{};
      waiting.is_on = mishap == Mishap::powered_on;
    }
  }

  void at_end(Instant at) override {
    for (std::uint32_t slot = 0; slot < devices_.size(); ++slot) check_cap(devices_[slot], share().device_of(slot), at);
  }

 private:
  /// What the end of the last link allows.
  enum class Next : std::uint8_t { anything, answered, move, retry };
  struct Waiting {
    Instant accepted_at = kNever;   // of the session that is open
    Instant online_since = kNever;  // by its own word
    Instant ended_at{};             // of the last link: its first sign
    Instant waits_since = kNever;
    std::uint32_t download = 0;
    Next next = Next::anything;
    std::uint8_t failures = 0;  // since waits were forgiven
    std::uint8_t quick_moves = 0;
    bool is_on = true;
    bool is_judged = true;
    bool comes_from_stable = false;  // the move that follows a stable time is free, and the next ones count
    bool has_ended = true;
  };

  const WaitRule& rule(std::uint32_t device) const { return facts().group_of(device).waits; }
  /// So much less may pass while a fast clock counts `wait`, and so much more while a slow one does.
  Duration with_clock_error(Duration wait) const { return wait * facts().clock_rate_error_ppm / million; }
  Duration with_slow_clock(Duration wait) const { return wait * million / (million - facts().clock_rate_error_ppm); }

  void judge(Waiting& waiting, const WireEvent& event) {
    const Duration waited = event.at - waiting.ended_at;
    const Duration floor = rule(event.device).floor;
    const bool is_quick = waited + with_clock_error(floor) < floor;
    const bool is_judged = waiting.is_judged && !facts().may_have_jumped(waiting.ended_at, event.at);
    if (is_judged && waiting.next == Next::retry) {
      exercised();
      check_floor(event.device, waiting, event.at);
    }
    if (is_judged && waiting.next == Next::move && is_quick && !waiting.comes_from_stable) {
      exercised();
      if (waiting.quick_moves >= device::limits::quick_moves_max)
        violated(event.device, event.at,
                 fmt::format("moves at once for the {}th time without a stable time online", waiting.quick_moves + 1));
      if (waiting.quick_moves < 0xffU) ++waiting.quick_moves;
    }
    if (waiting.next == Next::retry && waiting.failures < 0xffU) ++waiting.failures;
    waiting.next = Next::retry;  // unless this link brings something better
    waiting.has_ended = false;
    waiting.is_judged = true;
  }

  void ended(Waiting& waiting, const WireEvent& event) {
    if (!waiting.has_ended) waiting.ended_at = event.at;
    waiting.has_ended = true;
    if (waiting.accepted_at == kNever || event.leg != Leg::mqtt) return;
    waiting.accepted_at = kNever;
  }

  /// By the device's own clock it may have been longer, and faults may have told it late that its link is gone.
  void forgive_if_stable(Waiting& waiting, const DeviceNews& news) const {
    if (waiting.online_since == kNever) return;
    const Duration stable = facts().group_of(news.device).stable_online;
    const bool was_stable = news.at - waiting.online_since + with_clock_error(stable) >= stable;
    if (!was_stable && !facts().may_have_jumped(waiting.online_since, news.at)) return;
    waiting.failures = 0;
    waiting.quick_moves = 0;
    waiting.comes_from_stable = true;
  }

  void check_floor(std::uint32_t device, const Waiting& waiting, Instant at) {
    const Duration least = waiting.failures == 0 ? rule(device).first : rule(device).floor;
    const Duration waited = at - waiting.ended_at;
    if (waited + with_clock_error(least) >= least) return;
    violated(device, at,
             fmt::format("opens a link {} ms after the last one ended; its firmware waits {} ms at least", in_ms(waited), in_ms(least)));
  }

  void check_cap(const Waiting& waiting, std::uint32_t device, Instant at) {
    if (waiting.waits_since == kNever || !waiting.is_on || !waiting.is_judged || !facts().links_are_free) return;
    if (facts().may_have_jumped(waiting.waits_since, at)) return;
    exercised();
    const Duration most = rule(device).cap;
    const Duration waited = at - waiting.waits_since;
    if (waited <= with_slow_clock(most) + facts().tolerance) return;
    violated(device, at, fmt::format("has waited {} ms; its firmware waits {} ms at most", in_ms(waited), in_ms(most)));
  }

  /// What it says itself that it will wait.
  void check_told_wait(const DeviceNews& news) {
    exercised();
    const Duration most = rule(news.device).cap;
    if (news.event.delay <= most) return;
    violated(news.device, news.at,
             fmt::format("is going to wait {} ms; its firmware waits {} ms at most", in_ms(news.event.delay), in_ms(most)));
  }

  static std::int64_t in_ms(Duration time) { return std::chrono::duration_cast<std::chrono::milliseconds>(time).count(); }

  std::vector<Waiting> devices_;
};

}  // namespace

InvariantKind invariant_kind::backoff_respected() {
  return {.name = "backoff_respected",
          .what = "after a failure nobody tries again before the floor of its back-off, nor after its cap",
          .clause = "devicecore/README.md; devicecore/profiles/README.md",
          .seats = Seats::fleet,
          .make = [](const Post& post, Seat) -> std::unique_ptr<Invariant> { return std::make_unique<BackoffRespected>(post); }};
}

}  // namespace fleetsim::sim
