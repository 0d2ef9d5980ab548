// A core with a behaviour around it goes step by step with a bare one, however the bytes are cut that both are given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/mqtt_codec.hpp"
#include "sim/world/behaviour_device.hpp"
#include "tests/devicecore/device_world.hpp"

namespace fleetsim::sim {
namespace {

using device::testing::DeviceWorld;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class Watching final : public DeviceBehaviour {
 public:
  explicit Watching(std::vector<std::string>& heard) : heard_(heard) {}
  Hooks hooks() const override { return {.event = true, .message = true, .send = true}; }
  MessageFate on_message(BehaviourHost&, const BehaviourMessage& message) override {
    heard_.emplace_back(text_of(message.payload));
    return {};
  }

 private:
  std::vector<std::string>& heard_;
};

std::string text_of_actions(std::span<const device::Action> actions) {
  std::string text;
  for (const device::Action& action : actions) {
    text += std::to_string(action.index()) + " ";
    if (const auto* const sent = std::get_if<device::SendBytes>(&action)) text += text_of(sent->bytes);
    if (const auto* const told = std::get_if<device::Report>(&action)) text += device::testing::text_of_event(told->event);
    text += "\n";
  }
  return text;
}

/// The same inputs, the same words of chance, memory of its own.
class Twin {
 public:
  Twin()
      : arena_(device::BlockPool::arena_bytes(DeviceWorld::counts) / sizeof(std::max_align_t) + 1),
        pool_({reinterpret_cast<std::uint8_t*>(arena_.data()), arena_.size() * sizeof(std::max_align_t)}, DeviceWorld::counts) {
    scenario_.groups.emplace_back();
    runtime_.scenario = &scenario_;
    make_ = [this](const DeviceSpec&) { return std::make_unique<Watching>(heard); };
    device_ = std::make_unique<BehaviourDevice>(DeviceSpec{.identity = DeviceWorld::identity(), .address = {}}, runtime_, make_);
    world.plays_application = false;
    world.watch = [this](const device::StepContext& context, const device::Input& input, const device::StepResult& bare) {
      compare(context, input, bare);
    };
  }
  ~Twin() { device_->release(pool_); }
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;

  DeviceWorld world;
  std::vector<std::string> heard;
  std::size_t steps = 0;

 private:
  void compare(const device::StepContext& context, const device::Input& input, const device::StepResult& bare) {
    ++steps;
    workspace_->reset();
    const device::StepContext mine{context.now, context.random, context.config, pool_, *workspace_, context.clock_error};
    EXPECT_EQ(device_->step(mine, input), bare.consumed) << "step " << steps;
    EXPECT_EQ(text_of_actions(workspace_->actions()), text_of_actions(bare.actions)) << "step " << steps;
    EXPECT_EQ(device_->next_deadline(), world.device.next_deadline()) << "step " << steps;
  }

  std::vector<std::max_align_t> arena_;
  device::BlockPool pool_;
  std::unique_ptr<device::Workspace> workspace_ = std::make_unique<device::Workspace>();
  Scenario scenario_;
  RunRuntime runtime_;
  BehaviourMaker make_;
  std::unique_ptr<BehaviourDevice> device_;
};

void append_publish(std::vector<std::uint8_t>& bytes, std::string_view payload, std::uint16_t id) {
  const device::MqttPublish publish{"/a1TestPK001/dev1/user/get", bytes_of(payload),
                                    id == 0 ? device::Qos::at_most_once : device::Qos::at_least_once, 0};
  std::vector<std::uint8_t> packet(device::mqtt::publish_bytes(publish));
  device::mqtt::encode_publish(publish, id, packet);
  bytes.insert(bytes.end(), packet.begin(), packet.end());
}

/// Three messages and a PINGRESP, in pieces that end here and there.
void hear_in_pieces(Twin& twin, std::size_t first, std::size_t second) {
  std::vector<std::uint8_t> bytes;
  append_publish(bytes, "one", 7);
  append_publish(bytes, "two", 0);
  bytes.insert(bytes.end(), {0xd0, 0x00});
  append_publish(bytes, std::string(300, '3'), 8);
  const auto piece = [&](std::size_t from, std::size_t to) {
    if (from < to) twin.world.from_platform({bytes.begin() + std::ptrdiff_t(from), bytes.begin() + std::ptrdiff_t(to)});
  };
  piece(0, std::min(first, bytes.size()));
  piece(std::min(first, bytes.size()), std::min(second, bytes.size()));
  piece(std::min(second, bytes.size()), bytes.size());
  twin.world.settle();
  EXPECT_THAT(twin.heard, ElementsAre("one", "two", std::string(300, '3'))) << first << " " << second;
}

TEST(BehaviourStream, GoesStepByStepWithABareCoreHoweverBytesAreCut) {
  for (std::size_t first = 1; first < 100; first += 3) {
    for (std::size_t second = first + 1; second < 420; second += 17) {
      Twin twin;
      twin.world.go_online();
      hear_in_pieces(twin, first, second);
      if (::testing::Test::HasFailure()) FAIL() << first << " " << second;
    }
  }
}

TEST(BehaviourStream, GoesStepByStepWithABareCoreByteByByte) {
  Twin twin;
  twin.world.byte_by_byte = true;
  twin.world.go_online();
  hear_in_pieces(twin, 1000, 1000);
  EXPECT_GT(twin.steps, 400u);
}

TEST(BehaviourStream, ForgetsAPieceWhenItsLinkEnds) {
  Twin twin;
  twin.world.go_online();
  std::vector<std::uint8_t> bytes;
  append_publish(bytes, "never whole", 7);
  twin.world.from_platform({bytes.begin(), bytes.begin() + 10});
  twin.world.settle();
  twin.world.lose_link(device::Leg::mqtt, device::LinkEnd::reset);
  twin.world.settle();
  twin.world.next_deadline();
  twin.world.take_events();
  EXPECT_THAT(twin.heard, SizeIs(0));
  hear_in_pieces(twin, 5, 60);
}

/// What no core can read is the core's to refuse: nothing is held back for ever.
TEST(BehaviourStream, GivesTheCoreWhatIsNoMqtt) {
  Twin twin;
  twin.world.go_online();
  twin.world.from_platform({0x30, 0xff, 0xff, 0xff, 0xff, 0xff});
  twin.world.settle();
  EXPECT_GE(twin.world.aborts, 1u);
}

}  // namespace
}  // namespace fleetsim::sim
