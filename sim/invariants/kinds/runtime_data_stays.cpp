// Runtime data never moves. What a device reported at an instance, and was told that it arrived, is found there whatever became of the
// device; and nothing that it reported is found where it never reported anything. The ledger is made from the bytes of PUBLISHes at the
// platform's end; where data is kept is asked of the platform between windows, and compared.
#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <vector>

#include "sim/invariants/list.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::string_view post_end = "/thing/event/property/post";
constexpr std::string_view reply_end = "/thing/event/property/post_reply";
constexpr std::string_view success = R"("code":200)";

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

class RuntimeDataStays final : public Invariant {
 public:
  explicit RuntimeDataStays(const Post& post)
      : Invariant("runtime_data_stays", post), reported_(std::size_t{post.share.count} * post.facts.instances.size(), Reported::nothing) {}

  void on_packet(const MqttPacket& packet) override {
    const std::uint32_t slot = share().slot_of(packet.event.device);
    const std::uint16_t at = packet.event.endpoint;
    if (slot == DeviceShare::not_here || at >= facts().instances.size() || packet.head.type != mqtt_wire::publish) return;
    const std::string_view topic = packet.head.topic();
    Reported& reported = at_place(slot, at);
    if (packet.event.direction == Direction::up && ends_with(topic, post_end)) {
      reported = std::max(reported, Reported::perhaps);
    } else if (packet.event.direction == Direction::down && ends_with(topic, reply_end) && tells_success(packet.head)) {
      reported = Reported::surely;
    }
  }

  void on_order(const FleetOrder& order) override {
    if (order.kind != FleetOrder::Kind::withdraw) return;
    for (std::uint32_t device = order.first; device < order.first + order.count; ++device) {
      const std::uint32_t slot = share().slot_of(device);
      if (slot != DeviceShare::not_here) forget(slot);
    }
  }

  void on_kept(const KeptNews& news) override {
    const std::uint32_t slot = share().slot_of(news.device);
    if (slot == DeviceShare::not_here) return;
    for (std::uint16_t at = 0; at < instance_count(); ++at) {
      const bool is_kept = std::find(news.instances.begin(), news.instances.end(), at) != news.instances.end();
      const Reported reported = at_place(slot, at);
      if (is_kept || reported == Reported::surely) exercised();
      if (is_kept && reported == Reported::nothing)
        violated(news.device, news.at, fmt::format("properties are kept at {}, where it never reported any", facts().instance_name(at)));
      if (!is_kept && reported == Reported::surely)
        violated(news.device, news.at, fmt::format("what it reported at {} is not there any more", facts().instance_name(at)));
    }
  }

 private:
  enum class Reported : std::uint8_t { nothing, perhaps, surely };

  std::uint16_t instance_count() const { return static_cast<std::uint16_t>(facts().instances.size()); }
  Reported& at_place(std::uint32_t slot, std::uint16_t instance) {
    return reported_[std::size_t{slot} * facts().instances.size() + instance];
  }
  /// Of a deleted device everything is gone, of a disabled one nothing: then nothing is sure.
  void forget(std::uint32_t slot) {
    for (std::uint16_t at = 0; at < instance_count(); ++at) at_place(slot, at) = std::min(at_place(slot, at), Reported::perhaps);
  }
  static bool tells_success(const MqttHead& head) {
    const std::string_view all{reinterpret_cast<const char*>(head.bytes.data()), head.bytes.size()};
    return all.find(success) != std::string_view::npos;
  }

  std::vector<Reported> reported_;  // by device and instance
};

}  // namespace

InvariantKind invariant_kind::runtime_data_stays() {
  return {.name = "runtime_data_stays",
          .what = "what a device reported is found where it reported it, and nowhere else",
          .clause = "RULES.md 20, 21",
          .seats = Seats::platform,
          .make = [](const Post& post, Seat) -> std::unique_ptr<Invariant> { return std::make_unique<RuntimeDataStays>(post); }};
}

}  // namespace fleetsim::sim
