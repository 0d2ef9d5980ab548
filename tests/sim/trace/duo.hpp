// One real device and one real platform, both cores as they are, joined in memory by two links of fixed latency: every end tells the tap
// what it sees, as world virtual's links do. Small on purpose: one device, no faults but those named here.
//
//   Duo duo({.registration = device::Registration::http});
//   duo.live();                                   // bootstrap, connect, post, be moved, publish, power off
//   const Recording recording = duo.recorder.take(Duo::position);
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "devicecore/device.hpp"
#include "platform-mock/core/platform.hpp"
#include "sim/trace/recorder.hpp"
#include "sim/trace/timeline.hpp"
#include "sim/trace/trace_hash.hpp"

namespace fleetsim::sim {

struct DuoSetUp {
  device::Registration registration = device::Registration::none;
  std::size_t piece_bytes = 0;  // what is sent travels in pieces of this size, a millisecond apart; 0: in one
  bool v6 = false;
  RecorderLimits limits{};
};

class Duo final : platform::Output {
 public:
  static constexpr std::uint32_t position = 7;
  static constexpr Duration latency = std::chrono::milliseconds{20};
  static constexpr std::string_view product = "a1TestPK001";
  static constexpr std::string_view name = "dev1";
  static constexpr std::string_view device_secret = "S3cretOfTheDevice";
  static constexpr std::string_view product_secret = "S3cretOfTheProduct";

  explicit Duo(DuoSetUp set_up = {});
  ~Duo() override;

  /// True when all of it went well.
  bool live();
  void power_on();
  bool run_until(const std::function<bool()>& done);
  void give(const device::Input& input);
  bool online_at(std::string_view instance) const { return online_at_ == instance; }
  bool has_noted(std::string_view kind) const;
  /// The link of the leg breaks in the middle: both ends hear of it at once.
  void break_link(device::Leg leg);
  void distribute();
  static TimelineHead head();

  TraceRecorder recorder;
  TraceHash hash;
  bool names_resolve = true;
  bool ports_answer = true;  // false: connection refused

 private:
  struct Link {
    bool exists = false;
    bool device_open = false;
    std::uint32_t connection = 0;
    std::uint64_t life = 0;
    std::optional<platform::ConnectionId> id;
    WireEvent event;  // what is the same in all it tells
    Instant up_free{};
    Instant down_free{};
  };
  struct Pending {
    Instant at{};
    std::uint64_t sequence = 0;
    std::function<void()> happen;
    bool operator>(const Pending& other) const { return std::pair{at, sequence} > std::pair{other.at, other.sequence}; }
  };

  // platform::Output
  void send(platform::ConnectionId connection, ByteView bytes) override;
  void close(platform::ConnectionId connection, platform::CloseMode mode) override;
  void event(const platform::PlatformEvent& event) override;

  void obey(const device::Action& action);
  void open(const device::OpenLink& wanted);
  void open_at_platform(device::Leg leg, bool tls);
  void send_up(device::Leg leg, ByteView bytes);
  void end_up(device::Leg leg, WireKind how);
  void end_down(device::Leg leg, WireKind how);
  void close_device_end(device::Leg leg, device::LinkEnd end);
  std::size_t offer(const device::Input& input);
  void carry(device::Leg leg, Direction direction, ByteView bytes, const std::function<void(const std::vector<std::uint8_t>&)>& arrive);

  Link& link(device::Leg leg) { return links_[static_cast<std::size_t>(leg)]; }
  void at(Instant when, std::function<void()> happen);
  /// Nothing happens when the link is another one by then.
  void at_link(device::Leg leg, Instant when, std::function<void()> happen);
  void tell(device::Leg leg, WireEnd teller, WireKind kind, Direction direction, ByteView bytes = {});
  std::optional<device::Leg> leg_of(platform::ConnectionId connection) const;
  void note(EventSide side, std::string_view kind, std::string detail, std::int64_t code, std::string instance = {});

  DuoSetUp set_up_;
  Instant now_{std::chrono::seconds{1}};
  std::uint64_t sequence_ = 0;
  std::priority_queue<Pending, std::vector<Pending>, std::greater<>> queue_;
  platform::Platform platform_;
  device::DeviceConfig config_;
  std::vector<std::max_align_t> arena_;
  device::BlockPool pool_;
  std::unique_ptr<device::Workspace> workspace_;
  device::Device device_;
  std::array<Link, 2> links_;
  std::array<std::uint32_t, 2> connections_{};
  std::array<std::vector<std::uint8_t>, 3> flash_;
  std::vector<std::string> noted_;
  std::string online_at_;
  std::string connecting_to_;
  std::uint32_t random_ = 7;
  std::uint16_t port_ = 49'999;
};

/// What the recorder kept of a whole life; of one that ended early there is no last PUBACK.
Recording life_of(const DuoSetUp& set_up);

}  // namespace fleetsim::sim
