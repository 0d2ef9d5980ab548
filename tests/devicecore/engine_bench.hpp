// A bench for one MqttEngine: its memory, a clock that tests turn, and a record of what it sent and told. It plays the shell and the
// agent; scripted_peer.hpp drives it with scripts.
//
//   EngineBench bench;
//   bench.go_online();
//   bench.publish("t", "hello", Qos::at_least_once, 7);
//   EXPECT_EQ(bench.take_sent(), wire("32 0a 0001 't' 0001 'hello'"));
#pragma once

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "devicecore/mqtt_engine.hpp"
#include "tests/devicecore/wire_bytes.hpp"

namespace fleetsim::device::testing {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline std::string text_of_event(const EngineEvent& event) {
  if (std::get_if<MqttOpened>(&event)) return "opened";
  if (const auto* e = std::get_if<MqttConnected>(&event))
    return "connected " + std::to_string(e->return_code) + (e->session_present ? " session" : "");
  if (const auto* e = std::get_if<MqttSubscribed>(&event))
    return "subscribed #" + std::to_string(e->token) + " granted " + std::to_string(e->granted);
  if (const auto* e = std::get_if<MqttUnsubscribed>(&event)) return "unsubscribed #" + std::to_string(e->token);
  if (const auto* e = std::get_if<MqttAcknowledged>(&event)) return "acknowledged #" + std::to_string(e->token);
  if (const auto* e = std::get_if<MqttMessage>(&event))
    return "message " + std::string(e->topic) + "=" + std::string(text_of(e->payload)) + " q" + std::to_string(static_cast<int>(e->qos)) +
           (e->duplicate ? " dup" : "");
  if (const auto* e = std::get_if<MqttClosed>(&event))
    return "closed " + std::to_string(static_cast<int>(e->end)) + " fault " + std::to_string(static_cast<int>(e->fault));
  return "";
}

class EngineBench {
 public:
  static constexpr BlockPool::Counts counts{.small = 24, .medium = 4, .large = 2, .huge = 1};
  static constexpr int steps_max = 10'000;  // what one feed or one turn of the clock may need

  explicit EngineBench(const BlockPool::Counts& pool_counts = counts)
      : arena_(BlockPool::arena_bytes(pool_counts) / sizeof(std::max_align_t) + 1),
        pool({reinterpret_cast<std::uint8_t*>(arena_.data()), arena_.size() * sizeof(std::max_align_t)}, pool_counts),
        workspace(std::make_unique<Workspace>()) {}
  ~EngineBench() {
    engine.release(pool);
    EXPECT_EQ(pool.blocks_in_use(), 0U) << "a block leaked";
  }
  EngineBench(const EngineBench&) = delete;
  EngineBench& operator=(const EngineBench&) = delete;

  /// One step of the device: `work` is given the context.
  template <class Work>
  auto step(Work work) {
    workspace->reset();
    const StepContext context{now, 4, config, pool, *workspace};
    if constexpr (std::is_void_v<decltype(work(context))>) {
      work(context);
      collect();
    } else {
      auto result = work(context);
      collect();
      return result;
    }
  }

  // what the agent asks
  void open(std::string_view host = "broker.test", std::uint16_t port = 1883) {
    step([&](const StepContext& c) { engine.open(c, MqttOpen{host, port, false}); });
  }
  void connect(const MqttConnect& request = {"c1", "", "", 60, true}) {
    step([&](const StepContext& c) { engine.connect(c, request); });
  }
  MqttEngine::PublishOutcome publish(std::string_view topic, std::string_view payload, Qos qos, Token token) {
    return step([&](const StepContext& c) { return engine.publish(c, MqttPublish{topic, bytes_of(payload), qos, token}); });
  }
  MqttEngine::PublishOutcome subscribe(std::string_view filter, Token token, Qos qos = Qos::at_least_once) {
    return step([&](const StepContext& c) { return engine.subscribe(c, MqttSubscribe{filter, qos, token}); });
  }
  MqttEngine::PublishOutcome unsubscribe(std::string_view filter, Token token) {
    return step([&](const StepContext& c) { return engine.unsubscribe(c, MqttUnsubscribe{filter, token}); });
  }
  void disconnect() {
    step([&](const StepContext& c) { engine.disconnect(c); });
  }
  void abort() {
    step([&](const StepContext& c) { engine.abort(c); });
  }

  // what happens to the link
  void link_opened() {
    step([&](const StepContext& c) { tell(engine.link_opened(c)); });
  }
  void link_closed(LinkEnd end = LinkEnd::reset) {
    step([&](const StepContext& c) { tell(engine.link_closed(c, end)); });
  }
  /// One input of the shell, given again until all of it is consumed. Events of packets in one step share its workspace.
  void feed(ByteView bytes) {
    for (int steps = 0; !bytes.empty(); ++steps) {
      ASSERT_LT(steps, steps_max) << "the engine does not consume its input";
      const Bytes copy(bytes.begin(), bytes.end());  // so that a view kept too long is seen by ASan
      bytes = bytes.subspan(step([&](const StepContext& c) { return feed_one_step(c, copy); }));
      if (!bytes.empty()) serve_deadlines(now);
    }
  }
  /// Turns the clock, serving every deadline on the way at its moment.
  void advance(Duration by) {
    const Instant target = now + by;
    serve_deadlines(target);
    now = target;
  }
  void serve_deadlines(Instant until) {
    for (int steps = 0; engine.next_deadline() <= until; ++steps) {
      ASSERT_LT(steps, steps_max) << "a deadline that never goes away";
      now = std::max(now, engine.next_deadline());
      step([&](const StepContext& c) { engine.deadline_reached(c); });
    }
  }

  /// Open, CONNECT, CONNACK; forgets what was recorded.
  void go_online(const MqttConnect& request = {"c1", "", "", 60, true}) {
    open();
    link_opened();
    connect(request);
    feed(wire("20 02 00 00"));
    take_sent();
    take_events();
  }

  Bytes take_sent() { return std::exchange(sent, {}); }
  std::vector<std::string> take_events() { return std::exchange(events, {}); }

  DeviceConfig config;
  Instant now{seconds{1000}};

 private:
  std::vector<std::max_align_t> arena_;

 public:
  BlockPool pool;
  std::unique_ptr<Workspace> workspace;
  MqttEngine engine;
  Bytes sent;
  std::vector<std::string> events;
  std::size_t send_actions = 0;
  int opens = 0;
  int closes = 0;
  int aborts = 0;

 private:
  std::size_t feed_one_step(const StepContext& context, ByteView bytes) {
    std::size_t consumed = 0;
    while (consumed < bytes.size()) {
      const MqttEngine::Received received = engine.receive(context, bytes.subspan(consumed));
      tell(received.event);
      if (received.consumed == 0) break;
      consumed += received.consumed;
    }
    return consumed;
  }
  void tell(const EngineEvent& event) {
    if (const std::string text = text_of_event(event); !text.empty()) events.push_back(text);
  }
  void collect() {
    for (const Action& action : workspace->actions()) {
      if (const auto* send = std::get_if<SendBytes>(&action)) {
        EXPECT_EQ(closes + aborts, 0) << "bytes after the end of the link";
        sent.insert(sent.end(), send->bytes.begin(), send->bytes.end());
        ++send_actions;
      }
      if (std::get_if<OpenLink>(&action)) {
        ++opens;
        closes = 0;
        aborts = 0;
      }
      if (std::get_if<CloseLink>(&action)) ++closes;
      if (std::get_if<AbortLink>(&action)) ++aborts;
    }
  }
};

}  // namespace fleetsim::device::testing
