// What a device tells never leaves the table of device_story.hpp. A power cut, of which no device tells, begins the story anew.
#include <fmt/format.h>
#include <vector>

#include "sim/invariants/device_story.hpp"
#include "sim/invariants/list.hpp"

namespace fleetsim::sim {
namespace {

class StateMachine final : public Invariant {
 public:
  explicit StateMachine(const Post& post) : Invariant("state_machine", post), scenes_(post.share.count, Scene::off) {}

  void on_device_event(const DeviceNews& news) override {
    const std::uint32_t slot = share().slot_of(news.device);
    if (slot == DeviceShare::not_here) return;
    exercised();
    Scene& scene = scenes_[slot];
    const GroupFacts& group = facts().group_of(news.device);
    const auto next = device_story::next(scene, news.event.kind, group.registers);
    if (!next) {
      violated(news.device, news.at, fmt::format("{} was told in scene {}", told_name(news.event.kind), scene_name(scene)));
      return;  // it stays in the scene: one wrong word is one violation, and what follows is judged by what was right
    }
    scene = *next == Scene::told && !group.replies_to_notify ? Scene::replied : *next;
  }

  void on_mishap(std::uint32_t device, Mishap mishap, Instant) override {
    const std::uint32_t slot = share().slot_of(device);
    if (slot == DeviceShare::not_here) return;
    switch (mishap) {
      case Mishap::powered_on:
        scenes_[slot] = Scene::started;
        break;
      case Mishap::power_cut:
      case Mishap::powered_off:
        scenes_[slot] = Scene::off;
        break;
      case Mishap::clock_changed:
        break;
    }
  }

 private:
  std::vector<Scene> scenes_;
};

}  // namespace

InvariantKind invariant_kind::state_machine() {
  return {.name = "state_machine",
          .what = "the order of what a device tells never leaves its table",
          .clause = "devicecore/README.md; invariants/device_story.hpp",
          .seats = Seats::fleet,
          .make = [](const Post& post, Seat) -> std::unique_ptr<Invariant> { return std::make_unique<StateMachine>(post); }};
}

}  // namespace fleetsim::sim
