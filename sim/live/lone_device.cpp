#include "sim/live/lone_device.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <utility>
#include <variant>

#include "devicecore/device.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/ports/mbedtls_hash.hpp"
#include "devicecore/ports/mbedtls_hmac.hpp"
#include "devicecore/workspace.hpp"
#include "sim/live/clock_file.hpp"
#include "sim/live/flash_folder.hpp"
#include "sim/live/host_lookup.hpp"
#include "sim/live/host_tls_sessions.hpp"
#include "sim/live/link_driver.hpp"
#include "sim/live/poller.hpp"
#include "sim/random.hpp"
#include "sim/world/block_arena.hpp"
#include "sim/world/failure_text.hpp"

namespace fleetsim::sim {

using device::EventKind;
using device::Leg;
using device::LinkEnd;

namespace {

constexpr Duration clock_look = std::chrono::seconds{1};  // of its own time: how often a clock that its waits hang on is looked at
constexpr Duration good_bye = std::chrono::seconds{2};    // of its own time, at most
constexpr int stuck_steps_max = 4;                        // in a row that take none of the bytes they are given
constexpr std::uint32_t restarts_max = 100;               // each keeps a configuration

std::string lone_event_line(const device::Event& event) {
  std::string line(event_name(event.kind));
  const auto add = [&line](std::string_view text) { line.append(" ").append(text); };
  if (!event.host.empty()) add(fmt::format("{}:{}", event.host, event.port));
  if (event.failure == device::Failure::link) add(link_end_name(event.end));
  if (event.failure != device::Failure::none && event.failure != device::Failure::link) add(failure_name(event.failure));
  if (event.kind == EventKind::connect_refused || event.kind == EventKind::bootstrap_failed) add(fmt::format("code {}", event.code));
  if (!event.text.empty()) add(event.text);
  if (event.kind == EventKind::retry_scheduled) add(fmt::format("in {:.1f} s", std::chrono::duration<double>(event.delay).count()));
  return line;
}

}  // namespace

class LoneDevice::Parts final : public LinkOwner {
 public:
  Parts(const device::Identity& identity, LoneDeviceOptions options)
      : options_(std::move(options)),
        identity_(identity),
        random_(RandomStream::fork(options_.seed, "lone device", 0)),
        flash_(options_.flash_folder),
        clock_(options_.clock_file, options_.clock_offset),
        device_(identity) {}
  virtual ~Parts() = default;
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  std::string run(int stop_descriptor) {
    if (std::string wrong = set_up(); !wrong.empty()) return wrong;
    boot();
    for (;;) {
      settle();
      if (is_over()) break;
      std::array<pollfd, 2> watched{{{poller_->descriptor(), POLLIN, 0}, {is_going_off_ ? -1 : stop_descriptor, POLLIN, 0}}};
      const timespec patience = time_until(next_deadline());
      if (::ppoll(watched.data(), watched.size(), &patience, nullptr) < 0 && errno != EINTR)
        return fmt::format("cannot wait for events: {}", std::strerror(errno));
      if (watched[1].revents != 0) switch_off();
      for (const PollEvent& event : poller_->poll()) links_->on_event(event);
      serve_deadlines();
    }
    for (const Leg leg : {Leg::bootstrap, Leg::mqtt}) links_->abort({0, leg}, Links::Abort::orderly);
    device_.release(arena_.pool());
    return {};
  }

 private:
  struct FollowUp {
    enum class Kind : std::uint8_t { slot_written, image_written, restarted, link_closed, property_set } kind{};
    Leg leg{};
    LinkEnd end{};
    std::uint8_t slot = 0;
    bool ok = true;
    std::string text{};
  };

  std::string set_up();
  void fill_config();
  Instant now() const {
    const auto real = std::chrono::steady_clock::now() - begun_;
    return Instant{Duration{static_cast<std::int64_t>(std::chrono::duration<double, std::micro>(real).count() / options_.time_scale)}};
  }
  /// As its engine is told: a firmware may take the time of day for it.
  Instant told_now() { return config_.profile->waits_by_time_of_day ? now() + clock_.error() : now(); }
  Instant told_deadline() {
    const Instant at = device_.next_deadline();
    return at == kNever || !config_.profile->waits_by_time_of_day ? at : at - clock_.error();
  }
  static std::int64_t unix_seconds(void* self);
  timespec time_until(Instant at) const;
  Instant next_deadline();
  void serve_deadlines();
  void boot();
  void settle();
  void switch_off();
  /// Said good-bye, and its links are down.
  bool is_over() {
    if (!is_going_off_) return false;
    const bool is_quiet = links_of_[0].handle < 0 && links_of_[1].handle < 0;
    return (has_reported_off_ && is_quiet) || now() >= gone_at_;
  }

  std::size_t step(const device::Input& input);
  void obey(const device::Action& action);
  void open(const device::OpenLink& wanted);
  void tell(const device::Event& event);
  void follow(const FollowUp& work);
  void publish();
  void log(std::string_view line) const {
    if (options_.log) options_.log(line);
  }

  // LinkOwner
  Link& link(LinkKey key) override { return links_of_[static_cast<std::size_t>(key.leg)]; }
  void link_opened(LinkKey key) override {
    has_failed_in_tls_ = false;
    step(device::LinkOpened{key.leg});
  }
  void link_received(LinkKey key, ByteView bytes) override;
  void link_closed(LinkKey key, LinkEnd end, std::string_view detail) override {
    if (!detail.empty()) log(fmt::format("link: {}", detail));
    has_failed_in_tls_ = has_failed_in_tls_ || end == LinkEnd::tls_failed;
    follow_ups_.push_back({.kind = FollowUp::Kind::link_closed, .leg = key.leg, .end = end});
  }
  void link_writable(LinkKey) override {}
  void exhausted(Exhausted) override { log("the host has no room for another socket"); }

  LoneDeviceOptions options_;
  device::Identity identity_;
  RandomStream random_;
  FlashFolder flash_;
  ClockFile clock_;
  device::MbedtlsHmac hmac_;
  device::DeviceConfig config_;
  std::deque<std::pair<std::string, device::DeviceConfig>> upgraded_;  // by version; its strings never move
  std::optional<Poller> poller_;
  std::unique_ptr<TlsSessions> tls_;
  std::unique_ptr<LinkDriver> links_;
  BlockArena arena_{1};
  std::unique_ptr<device::Workspace> workspace_ = std::make_unique<device::Workspace>();
  device::Device device_;
  std::array<Link, 2> links_of_;
  std::deque<FollowUp> follow_ups_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  Instant publishes_at_ = kNever;
  std::uint32_t published_ = 0;
  bool is_online_ = false;
  bool has_failed_in_tls_ = false;  // and none was open since
  bool is_going_off_ = false;
  bool has_reported_off_ = false;
  Instant gone_at_ = kNever;
};

std::string LoneDevice::Parts::set_up() {
  if (!flash_.problem().empty()) return flash_.problem();
  if (!hmac_.ready()) return "mbedTLS offers no HMAC";
  if (auto poller = Poller::make()) poller_.emplace(std::move(*poller));
  if (!poller_) return "no descriptor is left";
  auto tls = make_tls_sessions(options_.ca_pem, {.mbedtls = !options_.ca_pem.empty(), .openssl = false},
                               {.openssl = {}, .random = {}, .clock = {.unix_seconds = &unix_seconds, .context = this}});
  if (!tls) return "TLS cannot be set up: " + tls.error();
  tls_ = std::move(*tls);
  links_ = std::make_unique<LinkDriver>(*poller_, *this);
  fill_config();
  return {};
}

void LoneDevice::Parts::fill_config() {
  config_.profile = device::find_firmware_profile(options_.profile);
  config_.hmac = hmac_.port();
  if (!options_.firmware_version.empty()) {
    config_.hash = device::mbedtls_hash();
    config_.firmware_version = options_.firmware_version;
  }
  config_.bootstrap_host = options_.bootstrap_host;
  config_.bootstrap_port = options_.bootstrap_port;
  config_.bootstrap_tls = options_.bootstrap_tls;
  config_.mqtt_tls = options_.mqtt_tls;
  config_.fixed_host = options_.home_host;
  config_.fixed_port = options_.home_port;
  const bool has_bootstrap = config_.profile->can_bootstrap && !options_.bootstrap_host.empty();
  config_.start_from = has_bootstrap ? device::StartFrom::bootstrap : device::StartFrom::fixed_endpoint;
  config_.keep_alive_s = options_.keep_alive_s;
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  config_.unix_epoch_ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

timespec LoneDevice::Parts::time_until(Instant at) const {
  constexpr double wait_max = 3600;
  const double own = at == kNever ? wait_max : std::chrono::duration<double>(at - now()).count();
  const double real = std::clamp(own * options_.time_scale, 0.0, wait_max);
  const auto seconds = static_cast<time_t>(real);
  return {.tv_sec = seconds, .tv_nsec = static_cast<long>((real - static_cast<double>(seconds)) * 1e9)};
}

std::int64_t LoneDevice::Parts::unix_seconds(void* self) {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch() + static_cast<Parts*>(self)->clock_.error();
  return std::chrono::floor<std::chrono::seconds>(since_1970).count();
}

Instant LoneDevice::Parts::next_deadline() {
  Instant at = std::min({told_deadline(), publishes_at_, gone_at_});
  if (config_.profile->waits_by_time_of_day) at = std::min(at, now() + clock_look);
  for (const Leg leg : {Leg::bootstrap, Leg::mqtt}) at = std::min(at, links_->deadline({0, leg}));
  return at;
}

void LoneDevice::Parts::serve_deadlines() {
  for (const Leg leg : {Leg::bootstrap, Leg::mqtt})
    if (links_->deadline({0, leg}) <= now()) links_->abort({0, leg}, Links::Abort::orderly);
  if (told_deadline() <= now()) step(device::DeadlineReached{});
  if (publishes_at_ <= now()) publish();
}

void LoneDevice::Parts::boot() {
  log(fmt::format("power on: {}/{}, profile {}", identity_.product_key(), identity_.device_name(), config_.profile->name));
  const std::array<std::vector<std::uint8_t>, 3> slots{flash_.read(0), flash_.read(1), flash_.read(device::limits::secret_slot)};
  device_ = device::Device(identity_);
  step(device::PowerOn{slots[0], slots[1], slots[2]});
}

void LoneDevice::Parts::settle() {
  links_->flush();
  while (!follow_ups_.empty()) {
    const FollowUp work = std::move(follow_ups_.front());
    follow_ups_.pop_front();
    follow(work);
    links_->flush();
  }
}

void LoneDevice::Parts::follow(const FollowUp& work) {
  if (has_reported_off_) return;
  switch (work.kind) {
    case FollowUp::Kind::slot_written:
      step(device::SlotWritten{work.slot, work.ok});
      return;
    case FollowUp::Kind::image_written:
      step(device::ImageWritten{work.ok});
      return;
    case FollowUp::Kind::restarted:
      if (!is_going_off_) boot();
      return;
    case FollowUp::Kind::link_closed:
      step(device::LinkClosed{work.leg, work.end});
      return;
    case FollowUp::Kind::property_set:
      if (is_online_) step(device::PostProperty{work.text, 0});
      return;
  }
}

void LoneDevice::Parts::switch_off() {
  log("power off");
  is_going_off_ = true;
  gone_at_ = now() + good_bye;
  publishes_at_ = kNever;
  step(device::PowerOff{});
}

std::size_t LoneDevice::Parts::step(const device::Input& input) {
  const device::DeviceConfig& config = upgraded_.empty() ? config_ : upgraded_.back().second;
  workspace_->reset();
  const std::size_t consumed = device_
                                   .step({.now = told_now(),
                                          .random = random_.word(),
                                          .config = config,
                                          .pool = arena_.pool(),
                                          .workspace = *workspace_,
                                          .clock_error = clock_.error()},
                                         input)
                                   .consumed;
  // What links tell meanwhile waits in follow_ups_: no step begins within another.
  for (const device::Action& action : workspace_->actions()) obey(action);
  return consumed;
}

void LoneDevice::Parts::obey(const device::Action& action) {
  if (const auto* bytes = std::get_if<device::SendBytes>(&action)) {
    links_->send({0, bytes->leg}, bytes->bytes);
  } else if (const auto* told = std::get_if<device::Report>(&action)) {
    tell(told->event);
  } else if (const auto* wanted = std::get_if<device::OpenLink>(&action)) {
    open(*wanted);
  } else if (const auto* close = std::get_if<device::CloseLink>(&action)) {
    links_->close({0, close->leg}, now());
  } else if (const auto* abort = std::get_if<device::AbortLink>(&action)) {
    links_->abort({0, abort->leg}, Links::Abort::orderly);
  } else if (const auto* write = std::get_if<device::WriteSlot>(&action)) {
    follow_ups_.push_back({.kind = FollowUp::Kind::slot_written, .slot = write->slot, .ok = flash_.write(write->slot, write->bytes)});
  } else if (const auto* part = std::get_if<device::WriteImage>(&action)) {
    follow_ups_.push_back({.kind = FollowUp::Kind::image_written, .ok = flash_.write_image(part->offset, part->bytes)});
  } else if (const auto* restart = std::get_if<device::RestartInto>(&action)) {
    // Nobody boots the image: what it calls itself is all that counts.
    const device::DeviceConfig before = upgraded_.empty() ? config_ : upgraded_.back().second;
    if (upgraded_.size() == restarts_max) return;
    upgraded_.emplace_back(std::string(restart->version), before);
    upgraded_.back().second = device::after_upgrade(before, upgraded_.back().first);
    is_online_ = false;
    follow_ups_.push_back({.kind = FollowUp::Kind::restarted});
  }
}

void LoneDevice::Parts::open(const device::OpenLink& wanted) {
  const LinkKey key{0, wanted.leg};
  const std::string host(wanted.host);
  std::optional<IpAddress> address = IpAddress::parse(host);
  if (!address) address = look_up_host(host);
  if (!address) return link_closed(key, LinkEnd::dns_failed, fmt::format("the name {} leads nowhere", host));
  LinkTarget target;
  target.address = *address;
  target.port = wanted.port;
  target.is_secure = wanted.tls;
  if (wanted.tls) {
    target.tls = tls_->connect({.kind = DeviceTls::mbedtls,
                                .host = host,
                                .dialect = &config_.profile->tls,
                                .leg = wanted.leg,
                                .sessions_before = link(key).generation,
                                .after_failure = has_failed_in_tls_});
    if (!target.tls) return link_closed(key, LinkEnd::tls_failed, "no TLS session could be made: is there a CA to trust?");
  }
  links_->open(key, std::move(target), now());
}

void LoneDevice::Parts::tell(const device::Event& event) {
  log(lone_event_line(event));
  if (event.kind == EventKind::connected) {
    is_online_ = true;
    if (options_.publish_every > Duration{0} && !is_going_off_) publishes_at_ = now() + options_.publish_every;
  } else if (event.kind == EventKind::connection_lost || event.kind == EventKind::disconnected) {
    is_online_ = false;
    publishes_at_ = kNever;
  } else if (event.kind == EventKind::property_set) {
    follow_ups_.push_back({.kind = FollowUp::Kind::property_set, .text = std::string(text_of(event.bytes))});
  } else if (event.kind == EventKind::powered_off) {
    has_reported_off_ = true;
  }
}

void LoneDevice::Parts::publish() {
  publishes_at_ = now() + options_.publish_every;
  if (!is_online_ || link({0, Leg::mqtt}).pending) return;
  const std::string topic = fmt::format("/sys/{}/{}/thing/event/property/post", identity_.product_key(), identity_.device_name());
  const std::string payload = fmt::format(R"({{"id":"{}","version":"1.0","params":{{"uptime":{}}},"method":"thing.event.property.post"}})",
                                          1'000'000 + published_, published_);
  ++published_;
  step(device::PublishCommand{topic, bytes_of(payload), device::Qos::at_least_once, published_});
}

void LoneDevice::Parts::link_received(LinkKey key, ByteView bytes) {
  const std::uint16_t generation = link(key).generation;
  for (int stuck = 0; !bytes.empty();) {
    if (link(key).state != LinkState::open || link(key).generation != generation) return;
    const std::size_t consumed = step(device::LinkReceived{key.leg, bytes});
    bytes = bytes.subspan(std::min(consumed, bytes.size()));
    stuck = consumed == 0 ? stuck + 1 : 0;
    if (stuck == stuck_steps_max) return links_->abort(key, Links::Abort::orderly);
  }
}

LoneDevice::LoneDevice(const device::Identity& identity, LoneDeviceOptions options)
    : parts_(std::make_unique<Parts>(identity, std::move(options))) {}
LoneDevice::~LoneDevice() = default;
std::string LoneDevice::run(int stop_descriptor) { return parts_->run(stop_descriptor); }

}  // namespace fleetsim::sim
