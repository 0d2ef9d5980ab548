// The platform of a bench in real time, and the network in front of it: the same core as everywhere, its connections the far ends of real
// sockets, faults on the way as every world has them. One thread, that of the bench, serves it whenever it lets time pass.
//
//   auto stage = SocketStage::open({...});        // listening, or why not
//   poll(stage->descriptor(), until stage->next_deadline());   stage->serve();
//
// What a fault can do to a foreign program is what the accepting side of a network can do. A link is refused where nobody listens any more,
// if somebody else tells of the attempts on it; else it is accepted and reset at once. One that is unanswered is accepted and never read.
// Names are resolved elsewhere: nothing can be done to them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/endpoint_names.hpp"
#include "platform-mock/core/platform_host.hpp"
#include "platform-mock/core/ports.hpp"
#include "sim/conformance/duts/bench_tls.hpp"
#include "sim/conformance/duts/listening_sockets.hpp"
#include "sim/conformance/duts/scaled_clock.hpp"
#include "sim/conformance/duts/socket_link.hpp"
#include "sim/live/poller.hpp"
#include "sim/world/run_platform.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

class SocketStage final : public platform::PlatformHost, private platform::Output {
 public:
  /// More is a flood: what is kept of it must not fill the memory.
  static constexpr std::size_t links_max = 5'000;
  static constexpr std::uint64_t bytes_max = std::uint64_t{32} << 20;
  static constexpr std::size_t output_bytes_max = std::size_t{8} << 20;  // that wait for one device

  struct Settings {
    platform::PlatformConfig config;
    platform::Ports ports;
    const ScaledClock& clock;  // outlives it
    BenchTls* tls = nullptr;   // where a leg wants it; outlives it
    bool bootstrap_tls = false;
    bool mqtt_tls = false;
    ListeningPlaces places;
    ListeningPorts listening{};
    RunPlatform::EventSink on_event;
  };

  static Result<std::unique_ptr<SocketStage>, std::string> open(Settings settings);
  ~SocketStage() override;

  // PlatformHost
  const std::vector<platform::Endpoint>& endpoints() const override { return endpoints_; }
  const std::string& ca_pem() const override { return no_text_; }
  const std::vector<std::pair<std::string, std::string>>& hosts() const override { return hosts_; }
  void call(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) override;
  std::uint64_t cpu_microseconds() override { return 0; }
  void stop(std::chrono::milliseconds) override {}

  /// All outlive it; before the first device comes. `foreseen` has the same faults: what it is asked counts for nothing.
  void use(const FaultSet& faults, const FaultSet& foreseen, SideTap& tap);
  void faults_changed();
  /// Whether somebody tells of attempts where nobody listens.
  void may_shut_doors(bool may);
  /// The device tries to connect there. It is known from links that arrive, unless the door is shut.
  void attempted(const IpAddress& address, std::uint16_t port);

  /// Readable when there is something to serve.
  int descriptor() const { return poller_.descriptor(); }
  Instant next_deadline() const;
  void serve();
  /// The device has lost its power: nobody tells the platform, which finds its links dead.
  void sever_all();
  /// "5000 links": what it did too much of; empty: nothing.
  std::string flood() const;
  /// What this host has no more of, so that a link stays unanswered; empty: nothing.
  const std::string& lack() const { return lack_; }
  ListeningPorts ports() const { return sockets_.ports(); }

 private:
  SocketStage(Settings settings, ListeningSockets sockets, Poller poller);
  std::string start();

  // Output
  void send(platform::ConnectionId connection, ByteView bytes) override;
  void close(platform::ConnectionId connection, platform::CloseMode mode) override;
  void event(const platform::PlatformEvent& event) override;

  // socket_stage_links.cpp: between sockets and lanes.
  void take_event(const PollEvent& event);
  LinkPlace next_place(std::size_t endpoint) const;
  void tend_doors();
  void accept_link(std::size_t endpoint);
  void read_all(SocketLink& link);
  void device_ended(SocketLink& link, WireKind how);
  void serve_link(SocketLink& link);
  void carry_up(SocketLink& link);
  void carry_down(SocketLink& link);
  void write_out(SocketLink& link, ByteView bytes);
  void write_rest(SocketLink& link);
  void end_by_fault(SocketLink& link, SegmentFate::End how);
  enum class SocketEnd : std::uint8_t { orderly, reset };
  void drop(SocketLink& link, SocketEnd how);

  // Between lanes and the core.
  void establish(SocketLink& link);
  void open_core(SocketLink& link);
  void hear(SocketLink& link, ByteView bytes);
  void hear_ciphertext(SocketLink& link, ByteView bytes);
  void say(SocketLink& link);
  void put_ciphertext(SocketLink& link);
  void close_core(SocketLink& link);
  void settle();
  SocketLink* link_of(platform::ConnectionId connection);
  void tell(const SocketLink& link, WireKind kind, Direction direction, ByteView bytes = {}, device::LinkEnd end = {});
  WireEvent head_of(const SocketLink& link) const;

  /// The endpoint of files comes last; its links are of the bootstrap's leg, as in every world.
  bool is_file_server(std::size_t endpoint) const { return endpoint > config_.instances.size(); }
  bool is_station(std::size_t endpoint) const { return endpoint > 0 && !is_file_server(endpoint); }
  bool is_secure(std::size_t endpoint) const { return is_station(endpoint) ? mqtt_tls_ : bootstrap_tls_; }
  std::string_view region_of(std::size_t endpoint) const;
  FaultyLane::Asked asked(SocketLink& link) const { return {*faults_, link.place, link.memory, link.random}; }

  platform::PlatformConfig config_;
  const ScaledClock& clock_;
  BenchTls* tls_;
  bool bootstrap_tls_;
  bool mqtt_tls_;
  ListeningPlaces places_;
  RunPlatform::EventSink on_event_;
  ListeningSockets sockets_;
  Poller poller_;
  platform::EndpointNames names_;
  std::vector<platform::Endpoint> endpoints_;
  std::vector<std::pair<std::string, std::string>> hosts_;
  std::string no_text_;
  std::unique_ptr<platform::Platform> platform_;
  const FaultSet* faults_ = nullptr;
  const FaultSet* foreseen_ = nullptr;
  SideTap* tap_ = nullptr;

  std::vector<std::unique_ptr<SocketLink>> links_;
  bool may_shut_doors_ = false;
  SocketLink* accepting_ = nullptr;  // the core may speak to it before it has told its id
  std::array<std::uint32_t, 2> connections_{};
  std::size_t links_seen_ = 0;
  std::uint64_t bytes_heard_ = 0;
  std::string lack_;
  Instant now_{};
  std::vector<std::uint8_t> room_;
  std::vector<std::uint8_t> going_up_;  // of the piece that has its turn
  std::vector<std::uint8_t> going_down_;
};

}  // namespace fleetsim::sim
