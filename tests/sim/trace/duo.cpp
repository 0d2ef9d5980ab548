#include "tests/sim/trace/duo.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "devicecore/profiles/list.hpp"
#include "tests/devicecore/event_text.hpp"
#include "tests/devicecore/test_hmac.hpp"

namespace fleetsim::sim {
namespace {

using device::Leg;

constexpr std::string_view bootstrap_host = "global.example";
constexpr std::array<std::string_view, 2> instances = {"iotx-oxssharez200", "iotx-oxssharez400"};
constexpr std::array<std::string_view, 2> hosts = {"shanghai.example", "singapore.example"};
constexpr device::BlockPool::Counts blocks{.small = 24, .medium = 4, .large = 2, .huge = 1};

platform::PlatformConfig two_regions(device::Registration registration) {
  platform::PlatformConfig config;
  config.accounts = {{platform::AccountId{"198000"}, "owner"}};
  const std::array<std::string_view, 2> regions = {"cn-shanghai", "ap-southeast-1"};
  for (std::size_t i = 0; i < regions.size(); ++i) {
    config.regions.push_back({platform::RegionId{regions[i]}, std::string(regions[i]), {}});
    platform::InstanceConfig instance;
    instance.id = platform::InstanceId{instances[i]};
    instance.region = platform::RegionId{regions[i]};
    config.instances.push_back(instance);
  }
  platform::ProductConfig lamps;
  lamps.key = platform::ProductKey{Duo::product};
  lamps.secret = Duo::product_secret;
  lamps.owner = platform::AccountId{"198000"};
  lamps.instance = platform::InstanceId{instances[0]};
  lamps.devices = {{platform::DeviceName{Duo::name}, std::string(Duo::device_secret)}};
  if (registration != device::Registration::none) lamps.dynamic_registration = platform::DynamicRegistration::on;
  config.products = {lamps};
  return config;
}

device::Identity identity(device::Registration registration) {
  const device::Identity whole = *device::Identity::parse(Duo::product, Duo::name, Duo::device_secret);
  return registration == device::Registration::none ? whole : whole.without_secret();
}

IpAddress address_of(std::uint8_t number, bool v6) {
  if (!v6) return IpAddress::from_v4(0xc6336400U + number);  // 198.51.100.0/24, for documentation
  std::array<std::uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8};
  bytes[15] = number;
  return IpAddress{bytes};
}

}  // namespace

Duo::Duo(DuoSetUp set_up)
    : recorder({position}, set_up.limits),
      set_up_(set_up),
      platform_(two_regions(set_up.registration),
                platform::Ports{.hmac = device::testing::test_hmac(), .digest = {}, .countries = nullptr, .seed = 1}),
      arena_(device::BlockPool::arena_bytes(blocks) / sizeof(std::max_align_t) + 1),
      pool_({reinterpret_cast<std::uint8_t*>(arena_.data()), arena_.size() * sizeof(std::max_align_t)}, blocks),
      workspace_(std::make_unique<device::Workspace>()),
      device_(identity(set_up.registration)) {
  config_.profile = &device::reference_profile;
  config_.hmac = device::testing::test_hmac();
  config_.bootstrap_host = bootstrap_host;
  config_.registration = set_up.registration;
  if (set_up.registration != device::Registration::none) config_.product_secret = product_secret;
  for (std::size_t i = 0; i < hosts.size(); ++i)
    platform_.advertise(platform::InstanceIndex{static_cast<std::uint32_t>(i)}, {std::string(hosts[i]), 1883});
}

Duo::~Duo() { device_.release(pool_); }

bool Duo::live() {
  power_on();
  if (!run_until([this] { return online_at(instances[0]); })) return false;
  give(device::PostProperty{R"({"PowerSwitch":1})", 1});
  if (!run_until([this] { return has_noted("property_replied"); })) return false;
  distribute();
  if (!run_until([this] { return online_at(instances[1]); })) return false;
  give(device::PublishCommand{"/a1TestPK001/dev1/user/update", bytes_of("hello"), device::Qos::at_least_once, 2});
  if (!run_until([this] { return has_noted("publish_acknowledged"); })) return false;
  give(device::PowerOff{});
  return run_until([this] { return has_noted("powered_off") && queue_.empty(); });
}

void Duo::power_on() { give(device::PowerOn{flash_[0], flash_[1], flash_[2]}); }

bool Duo::run_until(const std::function<bool()>& done) {
  constexpr std::size_t turns_max = 20'000;
  for (std::size_t turn = 0; turn < turns_max; ++turn) {
    if (done()) return true;
    const Instant queued = queue_.empty() ? kNever : queue_.top().at;
    const Instant next = std::min({queued, device_.next_deadline(), platform_.next_deadline()});
    if (next == kNever) return false;
    now_ = std::max(now_, next);
    if (queued <= next) {
      const Pending pending = queue_.top();
      queue_.pop();
      pending.happen();
    } else if (platform_.next_deadline() <= next) {
      platform_.advance(now_, *this);
    } else {
      give(device::DeadlineReached{});
    }
  }
  return false;
}

void Duo::give(const device::Input& input) {
  std::size_t consumed = offer(input);
  const auto* received = std::get_if<device::LinkReceived>(&input);
  while (received != nullptr && consumed < received->bytes.size())
    consumed += offer(device::LinkReceived{received->leg, received->bytes.subspan(consumed)});
}

std::size_t Duo::offer(const device::Input& input) {
  random_ = random_ * 1664525U + 1013904223U;
  const device::StepContext context{now_, random_, config_, pool_, *workspace_};
  const device::StepResult result = device_.step(context, input);
  for (const device::Action& action : result.actions) obey(action);
  return result.consumed;
}

bool Duo::has_noted(std::string_view kind) const { return std::find(noted_.begin(), noted_.end(), kind) != noted_.end(); }

void Duo::distribute() {
  platform::DistributeRequest request;
  request.account = platform::AccountId{"198000"};
  request.product = platform::ProductKey{product};
  request.source = platform::InstanceId{instances[0]};
  request.targets = {platform::InstanceId{instances[1]}};
  request.devices.emplace_back(name);
  if (!platform_.distribute(request, now_, *this)) noted_.emplace_back("distribute_refused");
}

TimelineHead Duo::head() {
  return {.scenario = "duo",
          .seed = 1,
          .device = std::string(product) + "/" + std::string(name),
          .group = "lamps",
          .position = position,
          .endpoints = {std::string(instances[0]), std::string(instances[1])}};
}

// --- the device's side -------------------------------------------------------------------------------------------------------------

void Duo::obey(const device::Action& action) {
  if (const auto* wanted = std::get_if<device::OpenLink>(&action)) {
    open(*wanted);
  } else if (const auto* bytes = std::get_if<device::SendBytes>(&action)) {
    send_up(bytes->leg, bytes->bytes);
  } else if (const auto* closing = std::get_if<device::CloseLink>(&action)) {
    end_up(closing->leg, WireKind::finished);
  } else if (const auto* aborting = std::get_if<device::AbortLink>(&action)) {
    end_up(aborting->leg, WireKind::reset);
  } else if (const auto* write = std::get_if<device::WriteSlot>(&action)) {
    flash_[write->slot].assign(write->bytes.begin(), write->bytes.end());
    at(now_ + std::chrono::milliseconds{1}, [this, slot = write->slot] { give(device::SlotWritten{slot, true}); });
  } else if (const auto* report = std::get_if<device::Report>(&action)) {
    const device::Event& told = report->event;
    std::string detail = told.host.empty() ? std::string{} : std::string(told.host) + ":" + std::to_string(told.port);
    note(EventSide::device, device::testing::name_of(told.kind), std::move(detail), told.code);
    if (told.kind == device::EventKind::connected) online_at_ = connecting_to_;
    if (told.kind == device::EventKind::disconnected || told.kind == device::EventKind::connection_lost) online_at_.clear();
  }
}

void Duo::open(const device::OpenLink& wanted) {
  Link& target = link(wanted.leg);
  target = Link{};
  target.exists = true;
  target.life = ++sequence_;
  target.connection = ++connections_[static_cast<std::size_t>(wanted.leg)];
  target.event.endpoint = wire_bootstrap;
  std::uint8_t number = 1;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (wanted.host != hosts[i]) continue;
    target.event.endpoint = static_cast<std::uint16_t>(i);
    connecting_to_ = instances[i];
    number = static_cast<std::uint8_t>(i + 2);
  }
  target.event.device_address = address_of(200, set_up_.v6);
  target.event.platform_address = address_of(number, set_up_.v6);
  target.event.device_port = ++port_;
  target.event.platform_port = wanted.port;
  tell(wanted.leg, WireEnd::device, WireKind::opening, Direction::up);
  if (!names_resolve || !ports_answer) {
    target.event.end = names_resolve ? device::LinkEnd::refused : device::LinkEnd::dns_failed;
    return at_link(wanted.leg, now_ + 2 * latency, [this, leg = wanted.leg] {
      tell(leg, WireEnd::device, WireKind::failed, Direction::down);
      close_device_end(leg, link(leg).event.end);
    });
  }
  at_link(wanted.leg, now_ + latency, [this, leg = wanted.leg, tls = wanted.tls] { open_at_platform(leg, tls); });
}

void Duo::open_at_platform(Leg leg, bool tls) {
  Link& target = link(leg);
  const platform::PeerInfo peer{.address = target.event.device_address, .tls = tls};
  target.id = target.event.endpoint == wire_bootstrap
                  ? platform_.accept_bootstrap(peer, now_, *this)
                  : platform_.accept_mqtt(platform::InstanceIndex{target.event.endpoint}, peer, now_, *this);
  tell(leg, WireEnd::platform, WireKind::opened, Direction::down);
  at_link(leg, now_ + latency, [this, leg] {
    link(leg).device_open = true;
    tell(leg, WireEnd::device, WireKind::opened, Direction::down);
    give(device::LinkOpened{leg});
  });
}

void Duo::carry(Leg leg, Direction direction, ByteView bytes, const std::function<void(const std::vector<std::uint8_t>&)>& arrive) {
  Instant& free = direction == Direction::up ? link(leg).up_free : link(leg).down_free;
  const std::size_t piece = set_up_.piece_bytes == 0 ? bytes.size() : set_up_.piece_bytes;
  const WireEnd taker = direction == Direction::up ? WireEnd::platform : WireEnd::device;
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size()))) {
    const ByteView part = bytes.first(std::min(piece, bytes.size()));
    const std::vector<std::uint8_t> copy(part.begin(), part.end());
    free = std::max(free + std::chrono::milliseconds{1}, now_ + latency);
    at_link(leg, free, [this, leg, direction, taker, copy, arrive] {
      tell(leg, taker, WireKind::bytes, direction, copy);
      arrive(copy);
    });
  }
}

void Duo::send_up(Leg leg, ByteView bytes) {
  tell(leg, WireEnd::device, WireKind::bytes, Direction::up, bytes);
  carry(leg, Direction::up, bytes, [this, leg](const std::vector<std::uint8_t>& copy) {
    if (link(leg).id) platform_.received(*link(leg).id, copy, now_, *this);
  });
}

/// The device ends the link; its own end is closed when the platform's answer to that is there, or at once after a reset.
void Duo::end_up(Leg leg, WireKind how) {
  Link& target = link(leg);
  const bool orderly = how == WireKind::finished;
  target.device_open = false;
  tell(leg, WireEnd::device, how, Direction::up);
  target.up_free = std::max(target.up_free + std::chrono::milliseconds{1}, now_ + latency);
  at_link(leg, target.up_free, [this, leg, how, orderly] {
    tell(leg, WireEnd::platform, how, Direction::up);
    if (const auto id = std::exchange(link(leg).id, std::nullopt)) platform_.closed(*id, now_, *this);
    if (orderly) tell(leg, WireEnd::platform, WireKind::finished, Direction::down);
  });
  at_link(leg, target.up_free + latency, [this, leg, orderly] {
    if (orderly) tell(leg, WireEnd::device, WireKind::finished, Direction::down);
    close_device_end(leg, device::LinkEnd::closed_by_us);
  });
}

void Duo::close_device_end(Leg leg, device::LinkEnd end) {
  link(leg).exists = false;
  give(device::LinkClosed{leg, end});
}

void Duo::break_link(Leg leg) {
  for (const WireEnd end : {WireEnd::device, WireEnd::platform}) tell(leg, end, WireKind::reset, Direction::down);
  if (const auto id = std::exchange(link(leg).id, std::nullopt)) platform_.closed(*id, now_, *this);
  close_device_end(leg, device::LinkEnd::reset);
}

// --- the platform's side -----------------------------------------------------------------------------------------------------------

void Duo::send(platform::ConnectionId connection, ByteView bytes) {
  const auto leg = leg_of(connection);
  if (!leg) return;
  tell(*leg, WireEnd::platform, WireKind::bytes, Direction::down, bytes);
  carry(*leg, Direction::down, bytes, [this, leg = *leg](const std::vector<std::uint8_t>& copy) {
    if (link(leg).device_open) give(device::LinkReceived{leg, copy});
  });
}

void Duo::close(platform::ConnectionId connection, platform::CloseMode mode) {
  if (const auto leg = leg_of(connection)) end_down(*leg, mode == platform::CloseMode::after_flush ? WireKind::finished : WireKind::reset);
}

void Duo::end_down(Leg leg, WireKind how) {
  Link& target = link(leg);
  target.id.reset();
  tell(leg, WireEnd::platform, how, Direction::down);
  target.down_free = std::max(target.down_free + std::chrono::milliseconds{1}, now_ + latency);
  at_link(leg, target.down_free, [this, leg, how] {
    if (!link(leg).device_open) return;
    tell(leg, WireEnd::device, how, Direction::down);
    const bool orderly = how == WireKind::finished;
    if (orderly) tell(leg, WireEnd::device, WireKind::finished, Direction::up);
    close_device_end(leg, orderly ? device::LinkEnd::closed_by_peer : device::LinkEnd::reset);
  });
}

void Duo::event(const platform::PlatformEvent& told) {
  note(EventSide::platform, platform::event_name(told.kind), std::string(told.reason), told.code, std::string(told.instance));
}

// --- telling -----------------------------------------------------------------------------------------------------------------------

std::optional<Leg> Duo::leg_of(platform::ConnectionId connection) const {
  for (const Leg leg : {Leg::bootstrap, Leg::mqtt})
    if (links_[static_cast<std::size_t>(leg)].id == connection) return leg;
  return std::nullopt;
}

void Duo::at(Instant when, std::function<void()> happen) { queue_.push({when, ++sequence_, std::move(happen)}); }

void Duo::at_link(Leg leg, Instant when, std::function<void()> happen) {
  at(when, [this, leg, life = link(leg).life, happen = std::move(happen)] {
    if (link(leg).exists && link(leg).life == life) happen();
  });
}

void Duo::tell(Leg leg, WireEnd teller, WireKind kind, Direction direction, ByteView bytes) {
  WireEvent told = link(leg).event;
  told.at = now_;
  told.device = position;
  told.connection = link(leg).connection;
  told.leg = leg;
  told.teller = teller;
  told.kind = kind;
  told.direction = direction;
  told.bytes = bytes;
  recorder.on_wire(told);
  hash.on_wire(told);
}

void Duo::note(EventSide side, std::string_view kind, std::string detail, std::int64_t code, std::string instance) {
  if (side == EventSide::device) noted_.emplace_back(kind);
  recorder.note({.at = now_,
                 .device = position,
                 .side = side,
                 .kind = std::string(kind),
                 .detail = std::move(detail),
                 .instance = std::move(instance),
                 .code = code});
}

Recording life_of(const DuoSetUp& set_up) {
  Duo duo(set_up);
  duo.live();
  return duo.recorder.take(Duo::position);
}

}  // namespace fleetsim::sim
