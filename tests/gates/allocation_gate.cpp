// A whole device life, from the first power-on over a move to the power-off, with every allocator trapped while a step runs: operator new
// and C's malloc, calloc and realloc (wrapped by the linker). Exit 1 when a step allocates; --planted makes one do so on purpose.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/device.hpp"
#include "devicecore/firmware_profile.hpp"

namespace {
bool trap_armed = false;
std::uint64_t trapped = 0;
void note_allocation() {
  if (trap_armed) ++trapped;
}
}  // namespace

extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* old, std::size_t size);
void* __wrap_malloc(std::size_t size) {
  note_allocation();
  return __real_malloc(size);
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  note_allocation();
  return __real_calloc(count, size);
}
void* __wrap_realloc(void* old, std::size_t size) {
  note_allocation();
  return __real_realloc(old, size);
}
}

void* operator new(std::size_t size) {
  note_allocation();
  if (void* block = __real_malloc(size)) return block;
  std::abort();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace {
using namespace fleetsim;          // NOLINT(google-build-using-namespace)
using namespace fleetsim::device;  // NOLINT(google-build-using-namespace)

/// Not cryptography: this gate asks what a step allocates, not whom it convinces.
std::size_t fold(void*, HmacMethod method, ByteView key, ByteView content, MutableBytes mac) {
  std::memset(mac.data(), 0, hmac_bytes(method));
  for (std::size_t i = 0; i < key.size() + content.size(); ++i) {
    mac[i % hmac_bytes(method)] ^= i < key.size() ? key[i] : content[i - key.size()];
  }
  return hmac_bytes(method);
}

struct PendingInput {
  Input input;
  std::string bytes;  // what a LinkReceived of this input views
};

/// The world around one device: answers its links as a good platform would.
class World {
 public:
  World(const DeviceConfig& config, bool planted) : config_(config), planted_(planted) {}

  void give(const Input& input) { pending_.push_back({input, {}}); }
  void give_bytes(Leg leg, std::string bytes) { pending_.push_back({LinkReceived{leg, {}}, std::move(bytes)}); }

  /// Steps until nothing is pending any more.
  void settle() {
    while (!pending_.empty()) {
      PendingInput next = std::move(pending_.front());
      pending_.pop_front();
      if (auto* received = std::get_if<LinkReceived>(&next.input)) {
        ByteView rest = bytes_of(next.bytes);
        while (!rest.empty()) rest = rest.subspan(step(LinkReceived{received->leg, rest}));
      } else {
        step(next.input);
      }
    }
  }

  /// Lets the time come that the device waits for.
  void pass_deadline() {
    if (device_.next_deadline() == kNever) return;
    now_ = std::max(now_, device_.next_deadline());
    give(DeadlineReached{});
    settle();
  }

  std::uint64_t count(EventKind kind) const { return events_[static_cast<std::size_t>(kind)]; }
  std::string host = "first.example";

 private:
  std::size_t step(const Input& input) {
    trap_armed = true;
    if (planted_) {
      void* volatile planted = std::malloc(1);  // volatile: a compiler may leave out a pair that nobody looks at
      std::free(planted);
    }
    const StepResult result = device_.step({now_, ++random_ * 2654435761U, config_, pool_, workspace_}, input);
    trap_armed = false;
    ++steps_;
    for (const Action& action : result.actions) obey(action);
    return result.consumed;
  }

  void obey(const Action& action) {
    if (const auto* open = std::get_if<OpenLink>(&action)) give(LinkOpened{open->leg});
    if (const auto* close = std::get_if<CloseLink>(&action)) give(LinkClosed{close->leg, LinkEnd::closed_by_us});
    if (const auto* abort = std::get_if<AbortLink>(&action)) give(LinkClosed{abort->leg, LinkEnd::closed_by_us});
    if (const auto* write = std::get_if<WriteSlot>(&action)) give(SlotWritten{write->slot, true});
    if (const auto* report = std::get_if<Report>(&action)) ++events_[static_cast<std::size_t>(report->event.kind)];
    if (const auto* send = std::get_if<SendBytes>(&action)) {
      if (send->leg == Leg::bootstrap) answer_bootstrap(text_of(send->bytes));
      if (send->leg == Leg::mqtt) answer_mqtt(send->bytes);
    }
  }

  void answer_bootstrap(std::string_view request) {
    request_.append(request);
    if (request_.find("resources=mqtt") == std::string::npos) return;
    request_.clear();
    const std::string body = R"({"code":200,"data":{"resources":{"mqtt":{"host":")" + host + R"(","port":1883}}},"message":"success"})";
    give_bytes(Leg::bootstrap, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  /// Every packet this device sends is short enough for one or two length bytes.
  void answer_mqtt(ByteView bytes) {
    while (bytes.size() >= 2) {
      std::size_t length = bytes[1] & 0x7fU;
      std::size_t header = 2;
      if ((bytes[1] & 0x80U) != 0) {
        length |= static_cast<std::size_t>(bytes[2]) << 7U;
        header = 3;
      }
      answer_packet(bytes[0], bytes.subspan(header, length));
      bytes = bytes.subspan(header + length);
    }
  }

  void answer_packet(std::uint8_t first, ByteView body) {
    const auto id_at = [&body](std::size_t at) { return std::string{static_cast<char>(body[at]), static_cast<char>(body[at + 1])}; };
    const unsigned type = first >> 4U;
    if (type == 1) give_bytes(Leg::mqtt, std::string("\x20\x02\x00\x00", 4));
    if (type == 3 && (first & 0x06U) == 0x02U) {
      const std::size_t topic = static_cast<std::size_t>(body[0]) << 8U | body[1];
      give_bytes(Leg::mqtt, std::string("\x40\x02", 2) + id_at(2 + topic));
    }
    if (type == 8) give_bytes(Leg::mqtt, std::string("\x90\x03", 2) + id_at(0) + std::string("\x01", 1));
    if (type == 10) give_bytes(Leg::mqtt, std::string("\xb0\x02", 2) + id_at(0));
    if (type == 12) give_bytes(Leg::mqtt, std::string("\xd0\x00", 2));
  }

  static constexpr BlockPool::Counts counts_ = {.small = 64, .medium = 16, .large = 4, .huge = 1};

  const DeviceConfig& config_;
  bool planted_;
  std::vector<std::max_align_t> arena_ = std::vector<std::max_align_t>(BlockPool::arena_bytes(counts_) / sizeof(std::max_align_t) + 1);
  BlockPool pool_{{reinterpret_cast<std::uint8_t*>(arena_.data()), BlockPool::arena_bytes(counts_)}, counts_};
  Workspace workspace_;
  Device device_{*Identity::parse("a1TestPK001", "dev1", "secret")};
  std::deque<PendingInput> pending_;
  std::array<std::uint64_t, 64> events_{};
  std::string request_;
  Instant now_{};
  std::uint32_t random_ = 1;

 public:
  std::uint64_t steps_ = 0;
};

std::string publish_packet(std::string_view topic, std::string_view payload) {
  std::string packet = "\x30";
  const std::size_t length = 2 + topic.size() + payload.size();
  packet += static_cast<char>(0x80U | (length & 0x7fU));
  packet += static_cast<char>(length >> 7U);
  packet += static_cast<char>(topic.size() >> 8U);
  packet += static_cast<char>(topic.size() & 0xffU);
  return packet.append(topic).append(payload);
}

bool expect(bool condition, const char* what) {
  if (!condition) std::printf("the life did not get there: %s\n", what);
  return condition;
}

}  // namespace

int main(int argc, char** argv) {
  DeviceConfig config;
  config.profile = find_firmware_profile("reference");
  config.hmac = {fold, nullptr};
  World world(config, argc > 1 && std::string_view(argv[1]) == "--planted");

  world.give(PowerOn{});
  world.settle();
  bool lived = expect(world.count(EventKind::connected) == 1, "online after the first bootstrap");

  const std::string payload(100, 'x');
  for (Token token = 1; token <= 40; ++token) {
    world.give(PublishCommand{"/a1TestPK001/dev1/user/t", bytes_of(payload), Qos::at_least_once, token});
    if (token % 8 == 0) world.settle();  // the window is 16: some wait for their acknowledgement together
  }
  for (Token token = 50; token < 60; ++token) {
    world.give(PostProperty{R"({"power":1})", token});
    world.settle();
  }
  world.give(SubscribeCommand{"/a1TestPK001/dev1/user/#", Qos::at_least_once, 70});
  world.settle();
  lived = expect(world.count(EventKind::publish_acknowledged) >= 40, "every publish acknowledged") && lived;
  for (int ping = 0; ping < 5; ++ping) world.pass_deadline();

  world.host = "second.example";
  const std::string notify = publish_packet("/sys/a1TestPK001/dev1/thing/bootstrap/notify",
                                            R"({"id":"123","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})");
  for (const char byte : notify) world.give_bytes(Leg::mqtt, std::string(1, byte));  // in pieces, so that a block is held
  world.settle();
  lived = expect(world.count(EventKind::notify_reply_sent) == 1, "the notify answered") && lived;
  lived = expect(world.count(EventKind::connected) == 2, "online at the second endpoint") && lived;

  world.give(LinkClosed{Leg::mqtt, LinkEnd::reset});
  world.settle();
  for (int retry = 0; retry < 3 && world.count(EventKind::connected) < 3; ++retry) world.pass_deadline();
  lived = expect(world.count(EventKind::connected) == 3, "online again after a reset") && lived;
  world.give(PowerOff{});
  world.settle();
  lived = expect(world.count(EventKind::powered_off) == 1, "powered off") && lived;

  std::printf("%llu steps, %llu allocations in them\n", static_cast<unsigned long long>(world.steps_),
              static_cast<unsigned long long>(trapped));
  return lived && trapped == 0 ? 0 : 1;
}
