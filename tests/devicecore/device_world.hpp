// A world for one device: links, flash, a clock, and the tiny platform at the far end, all in one queue. Whatever the shell would
// tell the device is one numbered input; a fault can strike at any of them. The life is written once (live()), the error paths follow.
//
//   DeviceWorld world;
//   EXPECT_TRUE(world.live());          // power on, bootstrap, post at A, be moved, post at B
//   world.fault = {FaultKind::lose_link, 7};
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "devicecore/device.hpp"
#include "devicecore/profiles/list.hpp"
#include "tests/devicecore/event_text.hpp"
#include "tests/devicecore/test_hmac.hpp"
#include "tests/devicecore/tiny_platform.hpp"

namespace fleetsim::device::testing {

enum class FaultKind : std::uint8_t {
  none,
  lose_link,     // the link of this input is reset instead (both ends forget it)
  silence,       // the input never comes, nor anything after it on that link
  power_cut,     // the device is gone before this input, the flash stays
  torn_write,    // a power cut in the middle of this flash write; elsewhere a power cut
  failed_write,  // this flash write is refused
};

struct Fault {
  FaultKind kind = FaultKind::none;
  std::size_t at = 0;  // which input, from 0
};

class DeviceWorld {
 public:
  static constexpr BlockPool::Counts counts{.small = 24, .medium = 4, .large = 2, .huge = 1};
  static constexpr std::size_t inputs_max = 2000;
  static constexpr std::size_t erased_after_cut = limits::endpoint_slot_bytes / 2;

  DeviceWorld()
      : arena_(BlockPool::arena_bytes(counts) / sizeof(std::max_align_t) + 1),
        pool({reinterpret_cast<std::uint8_t*>(arena_.data()), arena_.size() * sizeof(std::max_align_t)}, counts),
        workspace_(std::make_unique<Workspace>()),
        device(identity()) {
    config.profile = &reference_profile;
    config.hmac = test_hmac();
    config.bootstrap_host = "global.example";
  }
  ~DeviceWorld() {
    device.release(pool);
    EXPECT_EQ(pool.blocks_in_use(), 0U) << "a block leaked";
  }
  DeviceWorld(const DeviceWorld&) = delete;
  DeviceWorld& operator=(const DeviceWorld&) = delete;

  static Identity identity() { return *Identity::parse("a1TestPK001", "dev1", "secret"); }

  /// Without a secret from the factory: it registers.
  void registers_by(Registration way) {
    config.registration = way;
    config.product_secret = "product-secret";
    if (way == Registration::mqtt_nwl) {
      config.registration_host = "a.example";
      config.registration_port = 1883;
      platform.knows_device = false;
    }
    device = Device(burned());
  }
  Identity burned() const { return config.registration == Registration::none ? identity() : identity().without_secret(); }

  // --- the story -----------------------------------------------------------------------------------------------------------------
  /// Power on; be distributed once the first property reply came; true when the device is online at B and has its reply there.
  bool live(Duration within = std::chrono::minutes{20}) {
    power_on();
    return run_until([this] { return platform.placement == TinyPlatform::Placement::at_b && replied_at == "b.example"; }, within);
  }

  void power_on() {
    const PowerOn input{flash[0], flash[1], flash[limits::secret_slot]};
    give(input);
  }

  /// Delivers inputs and deadlines in order until `done`.
  bool run_until(const std::function<bool()>& done, Duration within) {
    const Instant end = now + within;
    for (std::size_t turn = 0; turn < inputs_max; ++turn) {
      if (done()) return true;
      if (!queue_.empty()) {
        deliver_next();
      } else if (device.next_deadline() <= end) {
        now = std::max(now, device.next_deadline());
        give(DeadlineReached{});
      } else {
        return false;
      }
      play_the_application();
    }
    return false;
  }
  /// Everything that is under way, but no deadline.
  void settle() {
    for (std::size_t turn = 0; turn < inputs_max && !queue_.empty(); ++turn) deliver_next();
  }
  void pass(Duration time) {
    const Instant until = now + time;
    run_until([] { return false; }, time);
    now = until;
  }
  void from_platform(const Bytes& packet) { queue_received(Leg::mqtt, packet); }
  void lose_link(Leg leg, LinkEnd end) {
    link(leg).lost = true;
    queue_closed(leg, end);
  }
  /// Online at A, everything said and done.
  void go_online() {
    plays_application = false;
    power_on();
    settle();
    EXPECT_EQ(device.agent().state(), AgentState::online);
    take_events();
  }
  /// The next deadline, and all that follows without another.
  void next_deadline() {
    ASSERT_NE(device.next_deadline(), kNever);
    now = std::max(now, device.next_deadline());
    give(DeadlineReached{});
    settle();
  }

  void give(const Input& input) {
    for (std::size_t consumed = offer(input); std::holds_alternative<LinkReceived>(input);) {
      const auto& received = *std::get_if<LinkReceived>(&input);
      if (consumed == received.bytes.size()) return;
      consumed += offer(LinkReceived{received.leg, received.bytes.subspan(consumed)});
    }
  }

  /// Without release(): nothing of the device survives, as in the field; the host's pool is put right by a new one.
  void cut_power() {
    ++power_cuts;
    restart();
  }
  void restart() {
    device.release(pool);
    device = Device(burned());
    links_ = {};
    queue_.clear();
    power_on();
  }

  void random_word_is(std::uint32_t word) { fixed_random_ = word; }

  bool has_event(std::string_view wanted) const {
    for (const std::string& event : events)
      if (event.starts_with(wanted)) return true;
    return false;
  }
  std::size_t count_events(std::string_view wanted) const {
    std::size_t count = 0;
    for (const std::string& event : events)
      if (event.starts_with(wanted)) ++count;
    return count;
  }
  std::vector<std::string> take_events() { return std::exchange(events, {}); }

 private:
  struct Pending {
    std::optional<Leg> leg;  // none: the flash
    std::uint64_t life = 0;  // of the link it belongs to
    enum class What : std::uint8_t { opened, received, closed, written, image_written, restarted } what{};
    Bytes bytes;
    LinkEnd end{};
    std::uint8_t slot = 0;
  };
  struct Link {
    enum class State : std::uint8_t { closed, opening, open, closing } state = State::closed;
    std::uint64_t life = 0;
    std::string host;
    std::string sent;   // not yet understood by the platform
    bool dead = false;  // silent for ever
    bool lost = false;  // ended by the peer, the device has not heard of it yet
  };

  Link& link(Leg leg) { return links_[static_cast<std::size_t>(leg)]; }

  std::size_t offer(const Input& input) {
    StepContext context{now, random_word(), config, pool, *workspace_, clock_error};
    const StepResult result = device.step(context, input);
    if (watch) watch(context, input, result);
    for (const Action& action : result.actions) obey(action);
    return result.consumed;
  }

  std::uint32_t random_word() {  // any fixed sequence will do
    if (fixed_random_) return *fixed_random_;
    random_ = random_ * 1664525U + 1013904223U;
    return random_;
  }

  void obey(const Action& action);
  void deliver_next();
  void strike(Pending& input);
  void deliver(const Pending& input);
  void queue_received(Leg leg, const Bytes& bytes);
  void queue_closed(Leg leg, LinkEnd end);
  void platform_reads(Leg leg);
  void play_the_application();

 public:
  DeviceConfig config;
  TinyPlatform platform;
  Fault fault;
  std::size_t cut_received_at = 0;  // every LinkReceived longer than this is given in two parts
  bool byte_by_byte = false;
  bool closes_https_after_answer = false;
  LinkEnd open_fails_with = LinkEnd::closed_by_us;  // closed_by_us: links open well
  std::string dead_host;                            // opening a link to it fails (refused)
  Instant now{std::chrono::seconds{1000}};
  Duration clock_error{0};  // of its time of day
  std::array<Bytes, 3> flash;
  std::vector<std::string> events;
  std::vector<Duration> delays;
  std::vector<std::pair<Instant, std::string>> opened;  // every OpenLink
  std::array<std::string, 2> all_sent;                  // everything the device ever sent, by leg
  std::size_t inputs_given = 0;                         // through the queue
  std::size_t flash_writes = 0;
  std::size_t aborts = 0;                  // of links
  std::string flash_image;                 // what the device downloaded
  std::deque<std::string> restarted_into;  // versions; a deque, so that their text stays
  bool image_writes_succeed = true;
  std::vector<std::string> https_writes;  // every SendBytes of the bootstrap leg
  int power_cuts = 0;
  std::string replied_at;  // host of the last property reply
  bool plays_application = true;
  std::function<void(const StepContext&, const Input&, const StepResult&)> watch;  // each step, before its actions are obeyed

 private:
  std::vector<std::max_align_t> arena_;

 public:
  BlockPool pool;

 private:
  std::unique_ptr<Workspace> workspace_;

 public:
  Device device;

 private:
  std::array<Link, 2> links_;
  std::deque<Pending> queue_;
  std::uint64_t last_life_ = 0;
  std::uint32_t random_ = 7;
  std::optional<std::uint32_t> fixed_random_;
  Token last_token_ = 0;
  bool post_is_due_ = false;
};

}  // namespace fleetsim::device::testing
