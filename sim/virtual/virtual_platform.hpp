// The platform of a simulation: the same core as on sockets, its connections the far ends of simulated links. It runs on one thread, window
// by window, in the order of (time, device, sequence); between windows the controller may ask and order anything.
//
//   platform.run(window, until);
//   platform.outbox(shard);              // what that shard's inbox takes between windows
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/tls_engine.hpp"
#include "platform-mock/core/platform_host.hpp"
#include "sim/virtual/link_timing.hpp"
#include "sim/virtual/mailbox.hpp"
#include "sim/virtual/wire.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/run_platform.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

class VirtualWorld;

class VirtualPlatform final : public platform::PlatformHost, private platform::Output {
 public:
  /// Unix time, in milliseconds, of Instant 0: the same in every run.
  static constexpr std::int64_t unix_epoch_ms = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

  /// `store` outlives it, and may be null: then it cannot crash. problem() says what it could not be started from.
  VirtualPlatform(platform::PlatformConfig config, const platform::Ports& ports, VirtualWorld& world, RunPlatform::EventSink on_event,
                  platform::DurableState* store = nullptr);
  ~VirtualPlatform() override;

  // PlatformHost
  const std::vector<platform::Endpoint>& endpoints() const override { return advertised_; }
  const std::string& ca_pem() const override { return ca_pem_; }
  const std::vector<std::pair<std::string, std::string>>& hosts() const override { return hosts_; }
  void call(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) override;
  std::string crash() override;
  std::string come_back() override {
    is_down_ = false;
    return {};
  }
  std::uint64_t cpu_microseconds() override { return 0; }
  void stop(std::chrono::milliseconds) override {}

  void run(std::int64_t window, Instant until);
  Instant next_event() const;
  bool has_work(Instant until) const { return next_event() < until; }
  Inbox& inbox() { return inbox_; }
  MessageStream& outbox(std::uint32_t shard) { return outboxes_[shard]; }
  void tap(SideTap* tap) { tap_ = tap; }
  const std::string& problem() const { return problem_; }
  /// Links that are open to each instance, as the simulated network counts them.
  std::vector<std::uint64_t> census() const;
  /// Ends that are kept for links, open or not.
  std::size_t links() const { return ends_.size() - free_.size(); }
  /// Links to instances that are open here and dead at the other end.
  std::uint64_t half_open() const;
  /// Precondition: before the first device connects.
  void expect_devices(std::size_t devices) { known_.resize(devices); }

  /// Asks an instance whether it takes this CONNECT, on a connection of its own that nobody else sees: the CONNACK's code, or nothing.
  std::optional<std::uint8_t> probe(std::uint16_t instance, const platform::PeerInfo& peer, ByteView connect);

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct FarEnd {
    platform::ConnectionId core;
    std::uint32_t device = none;
    std::uint32_t connection = 0;
    std::uint32_t next = none;  // of the same device and leg
    std::uint16_t endpoint = 0;
    device::Leg leg{};
    bool core_is_open = false;
    bool is_refused = false;  // plain bytes where TLS is spoken, or the other way round
    bool speaks_tls = false;  // which is carried out
    bool is_severed = false;  // the device is dead: nobody answers, what is sent vanishes
    bool is_unknown = false;  // to the core, which is to hear of it in time
    LinkTiming timing;
  };

  /// Of an end where TLS is carried out.
  struct FarTls {
    std::unique_ptr<TlsEngine> engine;  // from the first bytes on
    IpAddress peer;
    std::uint64_t session = 0;
    bool in_pieces = false;  // what it says leaves so
  };

  /// The core does not know its end yet: a handshake is under way, or nothing that may be heard was sent.
  struct Prologue {
    Instant deadline{};
    std::uint32_t end = none;
    std::uint32_t device = none;
    std::uint32_t connection = 0;
    device::Leg leg{};
  };

  /// What is looked up of a device whose message has come, in one place: a look far ahead brings all of it.
  struct Known {
    std::array<std::uint32_t, 2> heads{none, none};  // by leg: the first of its ends
    std::uint32_t registry_index = none;             // as soon as an event of its own has told it
    std::uint32_t padding = 0;                       // so that none lies across two cache lines
  };
  static_assert(sizeof(Known) == 16);

  /// From what is kept, when there is a store; the error says what is wrong with that.
  std::string start_core();
  Instant due() const {
    if (is_down_) return kNever;
    return prologues_.empty() ? platform_->next_deadline() : std::min(platform_->next_deadline(), prologues_.front().deadline);
  }
  // Output
  void send(platform::ConnectionId connection, ByteView bytes) override;
  void close(platform::ConnectionId connection, platform::CloseMode mode) override;
  void event(const platform::PlatformEvent& event) override;

  std::uint32_t& head_of(std::uint32_t device, device::Leg leg) { return known_[device].heads[static_cast<std::size_t>(leg)]; }
  const LineSettings& line_of(const FarEnd& end) const { return wire_.routes->line(end.timing.route); }
  std::uint32_t find(const Message& message);
  std::uint32_t make();
  void free(std::uint32_t end);
  std::uint32_t end_of(platform::ConnectionId connection) const;
  void bind(std::uint32_t end, platform::ConnectionId core);
  void open_window(std::int64_t window);
  void prefetch() const;
  void take(const Message& message, ByteView bytes);
  void open(const Message& message, ByteView bytes);
  platform::ConnectionId accept(const VirtualEndpoint& endpoint, const platform::PeerInfo& peer);
  void take_ciphertext(std::uint32_t end, ByteView ciphertext);
  void begin_tls(std::uint32_t end);
  void tls_opened(std::uint32_t end);
  void tls_failed(std::uint32_t end);
  void send_ciphertext(std::uint32_t end);
  void close_tls(std::uint32_t end);
  void report_violation(const FarEnd& end, std::string_view reason, const IpAddress& peer);
  void begin_prologue(std::uint32_t end);
  void end_prologues();
  void put(std::uint32_t end, MessageKind kind, ByteView bytes, Duration more = Duration{0});
  void flush();
  void settle();
  void drop(std::uint32_t end, MessageKind last);
  void tell(const FarEnd& end, Instant at, WireKind kind, Direction direction, ByteView bytes, device::LinkEnd why = {});
  void tell_ciphertext(const FarEnd& end, Direction direction, ByteView bytes);
  Instant arrival_at() const { return next_arrival_ < arrivals_.size() ? arrivals_[next_arrival_].at : kNever; }

  VirtualWorld& world_;
  const WireFacts& wire_;
  platform::PlatformConfig config_;
  platform::Ports ports_;
  platform::DurableState* store_;
  std::uint64_t output_bytes_max_;
  std::string ca_pem_;  // where TLS is carried out
  std::vector<platform::Endpoint> advertised_;
  std::vector<std::pair<std::string, std::string>> hosts_;
  RunPlatform::EventSink on_event_;
  SideTap* tap_ = nullptr;
  const IpAddress* opener_ = nullptr;  // of the link that is being opened
  std::unique_ptr<platform::Platform> platform_;
  std::string problem_;  // of the store; nothing goes out any more
  bool is_down_ = false;

  Inbox inbox_;
  std::span<const Arrival> arrivals_;
  std::size_t next_arrival_ = 0;
  std::int64_t open_window_ = Inbox::nothing;
  Instant now_{};

  std::vector<FarEnd> ends_;
  std::vector<FarTls> tls_;         // by end; empty where TLS is modelled
  std::deque<Prologue> prologues_;  // in the order of their deadlines; most of those at the front are over
  std::vector<std::uint8_t> ciphertext_;
  std::vector<std::uint8_t> plaintext_;
  std::vector<std::uint32_t> free_;
  std::vector<Known> known_;            // by device
  std::vector<std::uint32_t> by_slot_;  // of the core's connection ids
  std::uint32_t taken_from_ = none;     // whose message is being taken
  std::vector<MessageStream> outboxes_;
  std::vector<std::uint8_t> batch_;
  std::uint32_t batch_end_ = none;
  std::vector<std::uint32_t> overfull_;
  std::uint32_t accepting_ = none;  // the core may speak to it before it has told its id
  struct Probe {
    platform::ConnectionId core;
    bool is_accepting = false;
    bool is_closed = false;
    std::vector<std::uint8_t> said;
  };
  Probe* probe_ = nullptr;
};

}  // namespace fleetsim::sim
