// A device connects where it was told to, and nowhere else: to the host and port in the bytes of its last bootstrap answer, to those of an
// endpoint push, or, after power came on, to an endpoint that one of these named before. The answer's bytes are read here and not believed
// to the device, so that a firmware which reads them wrong is found, and one that takes a torn flash record for an endpoint.
//
// Faults may bring the answer to the device later than to where it is read here, its link's end before it: it is kept until the next
// request. Where a device without bootstrap is built to go, and where one that registers goes for its secret, is not known here: not
// judged.
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/invariants/list.hpp"

namespace fleetsim::sim {
namespace {

using device::EventKind;

constexpr std::string_view host_mark = R"("host":")";
constexpr std::string_view port_mark = R"("port":)";

std::uint64_t endpoint_mark(std::string_view host, std::uint16_t port) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : host) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return (hash ^ port) * 0x100000001b3U;
}

std::string_view behind(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + mark.size());
}

/// As flat as the C SDK reads it: the first host and the first port.
std::optional<std::uint64_t> read_told_endpoint(std::string_view answer) {
  const std::string_view host = behind(answer, host_mark);
  std::string_view digits = behind(answer, port_mark);
  const std::size_t host_bytes = host.find('"');
  if (!digits.empty() && digits.front() == '"') digits.remove_prefix(1);
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc{} || host_bytes == std::string_view::npos) return std::nullopt;
  return endpoint_mark(host.substr(0, host_bytes), port);
}

class ConnectsWhereTold final : public Invariant {
 public:
  explicit ConnectsWhereTold(const Post& post) : Invariant("connects_where_told", post), devices_(post.share.count) {}

  void on_wire(const WireEvent& event) override {
    const std::uint32_t slot = share().slot_of(event.device);
    if (slot == DeviceShare::not_here || event.leg != device::Leg::bootstrap || !is_judged(event.device)) return;
    Device& device = devices_[slot];
    if (event.kind == WireKind::opening) drop(device);
    if (event.kind == WireKind::bytes && event.direction == Direction::down) keep(device, event.bytes);
  }

  void on_device_event(const DeviceNews& news) override {
    const std::uint32_t slot = share().slot_of(news.device);
    if (slot == DeviceShare::not_here || !is_judged(news.device)) return;
    Device& device = devices_[slot];
    if (news.event.kind == EventKind::bootstrap_answered) {
      take_answer(device);
    } else if (news.event.kind == EventKind::redirected) {
      was_told(device, endpoint_mark(news.event.host, news.event.port));
    } else if (news.event.kind == EventKind::connect_started) {
      connects(device, news);
    }
  }

  void on_mishap(std::uint32_t number, Mishap mishap, Instant) override {
    const std::uint32_t slot = share().slot_of(number);
    if (slot == DeviceShare::not_here || mishap == Mishap::clock_changed) return;
    Device& device = devices_[slot];
    // Its power may have gone between the write and its word about it: the flash may have what it never told.
    take_answer(device);
    device.knows = Knows::its_flash;
  }

 private:
  static constexpr std::uint16_t no_answer = 0xffff;
  static constexpr std::size_t answer_bytes_max = 1536;  // devicecore takes a body of 1024, behind a head
  static constexpr std::size_t told_max = 4;
  struct Answer {
    std::array<std::uint8_t, answer_bytes_max> bytes{};
    std::size_t size = 0;
  };
  enum class Knows : std::uint8_t { its_flash, what_it_was_told };
  struct Device {
    std::array<std::uint64_t, told_max> told{};  // the latest first; flash has room for two, and a write may be lost
    std::uint16_t answer = no_answer;
    Knows knows = Knows::its_flash;
  };

  bool is_judged(std::uint32_t device) const {
    const GroupFacts& group = facts().group_of(device);
    return group.bootstraps && !group.registers;
  }

  void take_answer(Device& device) {
    if (device.answer == no_answer) return;
    const Answer& answer = answers_[device.answer];
    if (const auto told = read_told_endpoint({reinterpret_cast<const char*>(answer.bytes.data()), answer.size})) was_told(device, *told);
    drop(device);
  }

  void was_told(Device& device, std::uint64_t endpoint) {
    device.knows = Knows::what_it_was_told;
    if (device.told.front() == endpoint) return;
    for (std::size_t i = told_max - 1; i > 0; --i) device.told[i] = device.told[i - 1];
    device.told.front() = endpoint;
  }

  void connects(Device& device, const DeviceNews& news) {
    exercised();
    const std::uint64_t there = endpoint_mark(news.event.host, news.event.port);
    const std::size_t candidates = device.knows == Knows::its_flash ? told_max : 1;
    for (std::size_t i = 0; i < candidates; ++i)
      if (device.told[i] == there) return;
    violated(news.device, news.at, fmt::format("connects to {}:{}, where nobody sent it", news.event.host, news.event.port));
  }

  void keep(Device& device, ByteView bytes) {
    if (device.answer == no_answer) device.answer = take();
    Answer& answer = answers_[device.answer];
    const std::size_t room = std::min(bytes.size(), answer_bytes_max - answer.size);
    std::copy_n(bytes.begin(), room, answer.bytes.begin() + static_cast<std::ptrdiff_t>(answer.size));
    answer.size += room;
  }
  std::uint16_t take() {
    if (free_.empty()) {
      answers_.emplace_back();
      free_.reserve(answers_.capacity());
      return static_cast<std::uint16_t>(answers_.size() - 1);
    }
    const std::uint16_t answer = free_.back();
    free_.pop_back();
    answers_[answer].size = 0;
    return answer;
  }
  void drop(Device& device) {
    if (device.answer == no_answer) return;
    free_.push_back(device.answer);
    device.answer = no_answer;
  }

  std::vector<Device> devices_;
  std::vector<Answer> answers_;  // of requests under way
  std::vector<std::uint16_t> free_;
};

}  // namespace

InvariantKind invariant_kind::connects_where_told() {
  return {.name = "connects_where_told",
          .what = "a device connects to the endpoint that it was told last, or that its flash had from an earlier answer",
          .clause = "RULES.md 34, 35; devicecore/endpoint_store.hpp",
          .seats = Seats::fleet,
          .make = [](const Post& post, Seat) -> std::unique_ptr<Invariant> { return std::make_unique<ConnectsWhereTold>(post); }};
}

}  // namespace fleetsim::sim
