// The MQTT leg of a device through Paho MQTT C++, as gateways run it: an engine that was not written by us, under the same agent.
// Paho calls back on threads of its own; what it says goes into the shard's inbox, and the shard takes it out on its own thread.
//
//   PahoTransport transport({.slot = 7, .inbox = inbox, .ca_file = file});
//   transport.open({host, port, false});  transport.connect(request);
//   for (PahoNotice& notice : inbox->take()) ...   // after the wake-up
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "devicecore/mqtt_engine.hpp"
#include "devicecore/mqtt_messages.hpp"

namespace fleetsim::sim {

/// What happened to one connection, in words that own their bytes.
struct PahoNotice {
  enum class Kind : std::uint8_t { connected, subscribed, unsubscribed, acknowledged, message, closed, disconnected };
  std::uint32_t slot = 0;
  std::uint32_t session = 0;  // notices of an earlier connection are dropped
  Kind kind{};
  std::uint8_t code = 0;  // CONNACK or SUBACK code, QoS of a message
  bool flag = false;      // session present, or duplicate
  device::LinkEnd end = device::LinkEnd::closed_by_peer;
  device::Token token = 0;
  std::string topic{};   // of a message
  std::string detail{};  // the payload of a message, or why a link ended
};

/// From Paho's threads to the shard's. Outlives every client that knows it.
///
/// What a connection says of itself is always taken: that is a few notices a connection and one a publish in flight. Messages are as many
/// as the server likes, so they have a bound: one that finds no room is lost, and its connection is ended as one whose host ran out of
/// memory. Paho's threads serve all connections of the process and must not be made to wait.
class PahoInbox {
 public:
  static constexpr std::size_t message_bytes_max = std::size_t{64} * 1024 * 1024;  // of all waiting messages, with what each costs besides

  /// `wake` is called from any thread when the inbox was empty and is not any more.
  explicit PahoInbox(std::function<void()> wake, std::size_t bytes_max = message_bytes_max)
      : wake_(std::move(wake)), bytes_max_(bytes_max) {}
  void put(PahoNotice notice);
  /// False: there is no room, and the message is lost.
  bool put_message(PahoNotice message);
  std::vector<PahoNotice> take();
  /// From now on everything is dropped and nobody is woken.
  void close();

 private:
  std::mutex mutex_;
  void add(PahoNotice notice);

  std::function<void()> wake_;
  std::size_t bytes_max_;
  std::size_t message_bytes_ = 0;
  std::vector<PahoNotice> notices_;
};

class PahoTransport {
 public:
  struct Options {
    std::uint32_t slot = 0;
    std::shared_ptr<PahoInbox> inbox;
    std::string ca_file;  // trusted for TLS; Paho reads a file
  };
  explicit PahoTransport(Options options);
  ~PahoTransport();  // no callback comes afterwards
  PahoTransport(const PahoTransport&) = delete;
  PahoTransport& operator=(const PahoTransport&) = delete;

  /// Only remembers where; Paho opens the link when it connects.
  void open(const device::MqttOpen& request);
  void connect(const device::MqttConnect& request);
  device::MqttEngine::PublishOutcome publish(const device::MqttPublish& request);
  device::MqttEngine::PublishOutcome subscribe(const device::MqttSubscribe& request);
  device::MqttEngine::PublishOutcome unsubscribe(const device::MqttUnsubscribe& request);
  /// The link is over; exactly one `closed` notice follows.
  void disconnect();
  void abort();
  /// True when the notice belongs to the connection of now. A closed one ends it.
  bool accept(const PahoNotice& notice);
  /// Between open() and the notice that it is closed.
  bool in_use() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Leaves callbacks of connections that have ended a moment to return (Paho does not say when they have), then destroys those connections.
/// Call before a shard is taken down.
void paho_quiesce();

}  // namespace fleetsim::sim
