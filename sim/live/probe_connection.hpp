// One probing connection: TCP, PROXY header and TLS where the listener wants them, CONNECT, CONNACK, DISCONNECT. Non-blocking; the prober
// polls it.
//
//   ProbeConnection probe;
//   probe.begin(target, source, proxy_header, connect_packet, tls_context);
//   while (!probe.done()) poll({probe.descriptor(), probe.wanted_events()}), probe.advance();
//   probe.result();
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "sim/live/openssl_client_engine.hpp"

namespace fleetsim::sim {

struct ProbeTarget {
  std::string instance;
  std::string host;  // for TLS: the name the certificate must have
  IpAddress address;
  std::uint16_t port = 0;
  bool tls = false;
  bool wants_proxy = false;  // it takes no connection without a PROXY header
};

struct ProbeResult {
  std::optional<std::uint8_t> connack;  // return code; nothing: there was no CONNACK
  std::string problem;                  // why not
};

class ProbeConnection {
 public:
  ProbeConnection() = default;
  ProbeConnection(const ProbeConnection&) = delete;
  ProbeConnection& operator=(const ProbeConnection&) = delete;
  ~ProbeConnection();

  /// `preface` goes out before everything else, in the clear (a PROXY header; may be empty). `source` is bound when it is in 127.0.0.0/8.
  void begin(const ProbeTarget& target, const IpAddress& source, std::vector<std::uint8_t> preface, std::vector<std::uint8_t> connect,
             OpenSslClientContext* tls);
  /// Does what can be done without waiting.
  void advance();
  void give_up(std::string why);

  bool done() const { return done_; }
  const ProbeResult& result() const { return result_; }
  int descriptor() const { return descriptor_; }
  short wanted_events() const;
  std::chrono::steady_clock::time_point started() const { return started_; }
  void close();

 private:
  void send(ByteView bytes);
  void flush();
  void receive();
  void handle(ByteView plaintext);
  void drain_tls();

  int descriptor_ = -1;
  bool connected_ = false;
  bool done_ = false;
  bool closing_ = false;
  std::unique_ptr<TlsEngine> tls_;
  std::vector<std::uint8_t> outbox_;
  std::vector<std::uint8_t> connack_;
  std::vector<std::uint8_t> preface_;
  std::vector<std::uint8_t> connect_;
  ProbeResult result_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace fleetsim::sim
