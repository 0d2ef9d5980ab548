// Feeds the device's MQTT engine whatever a server could send, in whatever pieces, between whatever its agent does. It must neither
// crash nor hang, must never ask the impossible of its shell, and must give every block back.
//
// The input is a list of orders. A byte below 0xe0 is a piece: that many bytes plus one follow and arrive together. From 0xe0 on:
// e0 publish QoS 1 · e1 publish QoS 0 · e2 subscribe · e3 unsubscribe · e4 half a minute passes · e5 the link is lost and comes back
// with a CONNACK · e6 DISCONNECT · e7 abort · e8 a large publish · others: a CONNACK is put before what follows.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "devicecore/base/ensure.hpp"
#include "devicecore/mqtt_engine.hpp"

namespace fleetsim::device {
namespace {

constexpr BlockPool::Counts counts{.small = 6, .medium = 2, .large = 1, .huge = 1};
constexpr std::size_t deadlines_in_a_row_max = 100;
constexpr std::array<std::uint8_t, 4> connack = {0x20, 0x02, 0x00, 0x00};

struct Memory {
  alignas(std::max_align_t) std::array<std::uint8_t, BlockPool::arena_bytes(counts)> arena{};
  Workspace workspace;
};

class FuzzedDevice {
 public:
  explicit FuzzedDevice(Memory& memory) : pool_(memory.arena, counts), workspace_(memory.workspace) {}
  ~FuzzedDevice() {
    engine_.release(pool_);
    ensure(pool_.blocks_in_use() == 0);
  }
  FuzzedDevice(const FuzzedDevice&) = delete;
  FuzzedDevice& operator=(const FuzzedDevice&) = delete;

  void obey(ByteView orders) {
    come_back();
    while (!orders.empty()) {
      const std::uint8_t order = orders.front();
      orders = orders.subspan(1);
      if (order < 0xE0) {
        const std::size_t piece = std::min<std::size_t>(orders.size(), std::size_t{order} + 1);
        feed(orders.first(piece));
        orders = orders.subspan(piece);
      } else {
        act(order);
      }
      serve_deadlines();
      if (gone_) come_back();
    }
    lose();
    ensure(pool_.blocks_in_use() == engine_.publishes_in_flight());
  }

 private:
  template <class Work>
  void step(Work work) {
    workspace_.reset();
    work(StepContext{now_, 0, config_, pool_, workspace_});
    for (const Action& action : workspace_.actions()) watch(action);
  }

  void watch(const Action& action) {
    const auto* send = std::get_if<SendBytes>(&action);
    if (send != nullptr) {
      ensure(!gone_);
      ensure(send->leg == Leg::mqtt && !send->bytes.empty());
      for (const std::uint8_t byte : send->bytes) sum_ = sum_ * 31 + byte;
    }
    if (std::get_if<OpenLink>(&action) != nullptr) gone_ = false;
    if (std::get_if<CloseLink>(&action) != nullptr || std::get_if<AbortLink>(&action) != nullptr) gone_ = true;
  }

  void act(std::uint8_t order) {
    static constexpr std::array<std::uint8_t, 3000> large{};
    step([&](const StepContext& context) {
      switch (order) {
        case 0xE0:
          engine_.publish(context, {"t/up", ByteView(large).first(5), Qos::at_least_once, ++token_});
          break;
        case 0xE1:
          engine_.publish(context, {"t/up", ByteView(large).first(5), Qos::at_most_once, ++token_});
          break;
        case 0xE2:
          engine_.subscribe(context, {"t/+", Qos::at_least_once, ++token_});
          break;
        case 0xE3:
          engine_.unsubscribe(context, {"t/+", ++token_});
          break;
        case 0xE4:
          now_ += std::chrono::seconds{30};
          break;
        case 0xE6:
          engine_.disconnect(context);
          break;
        case 0xE7:
          engine_.abort(context);
          break;
        case 0xE8:
          engine_.publish(context, {"t/up", large, Qos::at_least_once, ++token_});
          break;
        default:
          break;
      }
    });
    if (order == 0xE5) come_back();
    if (order > 0xE8) feed(connack);
  }

  void feed(ByteView input) {
    const std::vector<std::uint8_t> copy(input.begin(), input.end());
    ByteView rest = copy;
    std::size_t idle_rounds = 0;
    while (!rest.empty()) {
      step([&](const StepContext& context) {
        while (!rest.empty()) {
          const MqttEngine::Received received = engine_.receive(context, rest);
          ensure(received.consumed <= rest.size());
          if (const auto* message = std::get_if<MqttMessage>(&received.event)) read(*message);
          if (received.consumed == 0) break;
          rest = rest.subspan(received.consumed);
          idle_rounds = 0;
        }
      });
      ensure(++idle_rounds < 3);
    }
  }

  void read(const MqttMessage& message) {
    ensure(!message.topic.empty());
    for (const char c : message.topic) ensure(c != '+' && c != '#' && c != '\0');
    for (const std::uint8_t byte : message.payload) sum_ = sum_ * 31 + byte;
  }

  void serve_deadlines() {
    for (std::size_t i = 0; engine_.next_deadline() <= now_; ++i) {
      ensure(i < deadlines_in_a_row_max);
      step([&](const StepContext& context) { engine_.deadline_reached(context); });
    }
  }

  void lose() {
    step([&](const StepContext& context) { engine_.link_closed(context, LinkEnd::reset); });
    gone_ = true;
  }

  void come_back() {
    lose();
    step([&](const StepContext& context) { engine_.open(context, {"broker.test", 1883, false}); });
    step([&](const StepContext& context) { engine_.link_opened(context); });
    step([&](const StepContext& context) { engine_.connect(context, {"c1", "user", "password", 60, true}); });
    feed(connack);
    ensure(engine_.state() == MqttLinkState::connected);
    serve_deadlines();
  }

  BlockPool pool_;
  Workspace& workspace_;
  MqttEngine engine_;
  DeviceConfig config_;
  Instant now_{std::chrono::seconds{1}};
  Token token_ = 0;
  std::uint32_t sum_ = 0;  // so that every byte lent is really read
  bool gone_ = true;       // no link, or its end was asked for
};

}  // namespace
}  // namespace fleetsim::device

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fleetsim::device::Memory memory;
  fleetsim::device::FuzzedDevice device(memory);
  device.obey({data, size});
  return 0;
}
