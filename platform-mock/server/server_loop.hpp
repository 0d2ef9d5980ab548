// The socket shell around the platform core: one thread, one event loop. Every readiness is one step: bytes in, the core's wishes
// collected, then one write for each connection that got something. With a state to keep, the bytes of all steps of one turn of the
// loop wait until what these steps have changed is kept: one commit, then the writes.
//
//   ServerLoop loop(platform, {.epoch = epoch, .limits = limits});
//   loop.add_listener(std::move(listener));
//   loop.run();                       // on the server's thread, until stop() has drained
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/server/connection.hpp"
#include "platform-mock/server/faulty_certificates.hpp"
#include "platform-mock/server/listener.hpp"
#include "platform-mock/server/openssl_server_engine.hpp"
#include "platform-mock/server/output_buffer.hpp"
#include "platform-mock/server/platform_server.hpp"
#include "platform-mock/server/server_figures.hpp"
#include "platform-mock/server/server_limits.hpp"
#include "platform-mock/server/server_pch.hpp"

namespace fleetsim::platform {

class ServerLoop final : public Output {
 public:
  struct Settings {
    std::chrono::steady_clock::time_point epoch;
    Limits limits;
    std::function<void(const PlatformEvent&, Instant)> on_event;
    std::function<void(std::string_view)> on_warning;
    DurableState* state = nullptr;  // null: nothing is kept
    std::function<void(const StoreError&)> on_state_lost;
  };

  explicit ServerLoop(Settings settings);
  ~ServerLoop() override;
  ServerLoop(const ServerLoop&) = delete;
  ServerLoop& operator=(const ServerLoop&) = delete;

  boost::asio::io_context& io() { return io_; }
  /// Before add_listener(). Both of TLS are null when no listener serves it.
  void attach(Platform& platform, const TlsServerContext* tls, FaultyCertificates* faulty_certificates) {
    platform_ = &platform;
    tls_ = tls;
    faulty_certificates_ = faulty_certificates;
  }
  void add_listener(std::unique_ptr<Listener> listener);

  /// Returns when begin_drain() was called and the last connection is gone.
  void run();
  /// From any thread: runs `work` as a step of the loop.
  void post(std::function<void(Platform&, Output&, Instant)> work);
  /// On the loop's thread: no new devices and no new orders; what is under way ends, at the latest after `limit`. Who watches the
  /// process can connect until then.
  void begin_drain(std::chrono::milliseconds limit);
  /// A step outside of run(): after it, or before.
  void run_inline(const std::function<void(Platform&, Output&, Instant)>& work);
  /// On the loop's thread: as if the process had died. Connections are reset, and whoever comes is refused; the ports stay ours. The
  /// platform is told last of all: it may be replaced then, and its deadlines are not met until stand_up().
  void fall_down();
  /// Listens where it did before; the error says where it cannot.
  std::string stand_up();
  ServerStatistics statistics() const { return statistics_; }
  ServerFigures figures() const;

  void send(ConnectionId connection, ByteView bytes) override;
  void close(ConnectionId connection, CloseMode mode) override;
  void event(const PlatformEvent& event) override;

 private:
  struct ReadReady;

  // accept_loop.cpp
  void wait_for_peers(Listener& listener);
  void accept_peers(Listener& listener);
  void pause_accepting(Listener& listener, int reason);
  void adopt(Listener& listener, int descriptor, const IpAddress& peer);

  // connection_io.cpp
  void wait_readable(SocketConnection& connection);
  void on_readable(SocketConnection& connection);
  void take_bytes(SocketConnection& connection, ByteView bytes);
  void take_first_bytes(SocketConnection& connection, ByteView bytes);
  std::unique_ptr<TlsEngine> new_tls_session(const SocketConnection& connection);
  void take_ciphertext(SocketConnection& connection, ByteView bytes);
  void open(SocketConnection& connection, bool tls);
  ConnectionId accept_in_core(const ListenerRole& role, const PeerInfo& peer);
  void peer_finished(SocketConnection& connection);
  void wait_writable(SocketConnection& connection);
  void write_pending(SocketConnection& connection);
  void pull_ciphertext(SocketConnection& connection);
  void settle(SocketConnection& connection);
  void begin_closing(SocketConnection& connection);
  void refuse(SocketConnection& connection, std::string_view reason);
  void report_violation(const SocketConnection& connection, std::string_view reason);
  void abort(SocketConnection& connection);
  void destroy(SocketConnection& connection);
  void operation_over(SocketConnection& connection);

  // server_loop.cpp
  Instant clock() const;
  void begin_step() { now_ = clock(); }
  void end_step();
  void end_turn();
  void tell_closings();
  bool keep_changes();
  void fall_silent(const StoreError& problem);
  bool may_write_early() const { return settings_.state == nullptr || (!silent_ && !settings_.state->unsaved()); }
  void on_timer();
  void arm_timer();
  SocketConnection* find(ConnectionId id);
  void bind(SocketConnection& connection, ConnectionId id);
  void report_closed(SocketConnection& connection);
  void mark_dirty(SocketConnection& connection);
  void end_all_connections();
  void close_listener(Listener& listener);
  void end_waiting();
  bool is_drained() const { return drain_deadline_ != kNever && drain_waits_until_ == kNever && all_.empty(); }

  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                                  boost::asio::io_context::executor_type>;

  Settings settings_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  Timer timer_;
  Instant timer_at_ = kNever;
  Instant now_{};
  Instant drain_deadline_ = kNever;
  Instant drain_waits_until_ = kNever;  // for what is under way; kNever: no drain, or it waits no more
  bool turn_ends_ = false;              // end_turn() is on its way
  bool silent_ = false;                 // a change could not be kept
  bool is_down_ = false;                // between fall_down() and stand_up()
  Platform* platform_ = nullptr;
  const TlsServerContext* tls_ = nullptr;
  FaultyCertificates* faulty_certificates_ = nullptr;
  std::vector<std::unique_ptr<Listener>> listeners_;
  ServerStatistics statistics_;

  AllConnections all_;
  TimedConnections prologues_;
  TimedConnections closings_;
  DirtyConnections dirty_;
  std::vector<SocketConnection*> by_slot_;  // of the core's connection ids
  SocketConnection* accepting_ = nullptr;   // the core may speak to it before it has told its id
  ChunkPool chunks_;
  std::array<std::uint8_t, kReadBytesMax> read_buffer_{};
  std::array<std::uint8_t, kPlaintextBytesMax> plaintext_{};
  std::array<std::uint8_t, kPlaintextBytesMax> ciphertext_{};
};

}  // namespace fleetsim::platform
