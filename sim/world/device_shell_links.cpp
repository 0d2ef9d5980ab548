// What devices ask of their shell: links, flash, reports; and what their links bring.
#include <algorithm>
#include <utility>
#include <variant>

#include "devicecore/firmware_profile.hpp"
#include "sim/random.hpp"
#include "sim/world/device_shell.hpp"
#include "sim/world/loopback_spread.hpp"

namespace fleetsim::sim {
namespace {

/// A link counts its sockets, the one that is to be opened not yet.
std::uint64_t session_of(const LinkPlace& place, const Link& link) {
  using split_mix_64::mix;
  return mix(mix(place.who) + (std::uint64_t{link.generation} << 1 | static_cast<std::uint64_t>(place.leg)));
}

}  // namespace

using device::EventKind;
using device::Leg;
using device::LinkEnd;

device::StepContext DeviceShell::context_of(std::uint32_t slot) {
  return {device_now(cells_[slot]), cells_[slot].random.word(), config_of(slot), arena_->pool(), *workspace_, clock_error(cells_[slot])};
}

std::size_t DeviceShell::step(std::uint32_t slot, const device::Input& input) {
  DeviceCell& cell = cells_[slot];
  if (cell.power_is_lost) return 0;
  const device::StepContext context = context_of(slot);
  workspace_->reset();
  std::size_t consumed = 0;
  if (cell.foreign) {
    consumed = cell.foreign->step(context, input);
  } else {
    consumed = cell.device.step(context, input).consumed;
  }
  const std::span<const device::Action> actions = workspace_->actions();
  obey(slot, actions.first(actions_before_cut(slot, actions.size())));
  if (cell.foreign) {
    const auto off = cell.foreign->take_power_cut();
    if (off && cell.power == Power::on && !cell.power_is_lost) lose_power(slot, *off);
  }
  return consumed;
}

void DeviceShell::obey(std::uint32_t slot, std::span<const device::Action> actions) {
  for (const device::Action& action : actions) {
    if (const auto* bytes = std::get_if<device::SendBytes>(&action)) {
      links_->send({slot, bytes->leg}, bytes->bytes);
    } else if (const auto* told = std::get_if<device::Report>(&action)) {
      report(slot, told->event);
    } else if (const auto* open = std::get_if<device::OpenLink>(&action)) {
      open_link(slot, *open);
    } else if (const auto* close = std::get_if<device::CloseLink>(&action)) {
      close_link(slot, close->leg, false);
    } else if (const auto* abort = std::get_if<device::AbortLink>(&action)) {
      close_link(slot, abort->leg, true);
    } else if (const auto* write = std::get_if<device::WriteSlot>(&action)) {
      write_flash(slot, *write);
      if (cells_[slot].power_is_lost) return;  // within the write
    } else if (std::holds_alternative<device::WriteImage>(action)) {
      follow_ups_.push({.slot = slot, .kind = FollowUpKind::image_written});  // nobody boots it: its version is all that counts
    } else if (const auto* restart = std::get_if<device::RestartInto>(&action)) {
      restart_into(slot, restart->version);
    }
  }
}

void DeviceShell::restart_into(std::uint32_t slot, std::string_view version) {
  const device::DeviceConfig before = config_of(slot);
  Upgraded& upgraded = upgraded_[slot];
  upgraded.version = version;
  upgraded.config = device::after_upgrade(before, upgraded.version);
  follow_ups_.push({.slot = slot, .kind = FollowUpKind::restarted});
}

const device::DeviceConfig& DeviceShell::config_of(std::uint32_t slot) const {
  if (!upgraded_.empty()) {
    if (const auto found = upgraded_.find(slot); found != upgraded_.end()) return found->second.config;
  }
  return runtime_.group_configs[cells_[slot].group];
}

void DeviceShell::report(std::uint32_t slot, const device::Event& event) {
  DeviceCell& cell = cells_[slot];
  if (cell.core() == nullptr && event.kind == EventKind::connect_started) {  // Paho opens that link: no OpenLink tells when it was wanted
    Link& link = cell.link(Leg::mqtt);
    link.began_at = now_;
    link.wanted_at = std::min(now_, std::exchange(cell.wanted_at, kNever));
  }
  if (tap_ != nullptr) tap_->on_device_event(cell.device_number, event, now_);
  observer_.on_report(cell, event, now_);
  traffic_.on_report(cell, event, now_);
  reports_.on_report(slot, cell, event);
  if (event.kind == EventKind::connected) {
    if (!details_.empty()) details_.erase(slot);
    traffic_.came_online(slot, cell, now_);
  } else if (event.kind == EventKind::powered_off) {
    cell.reported_off = true;
  } else if (event.kind == EventKind::property_set) {
    properties_set_.push(std::string(text_of(event.bytes)));
    follow_ups_.push({.slot = slot, .kind = FollowUpKind::property_set});
  } else if (event.kind == EventKind::sub_device_online) {
    sub_device_reported(cell, event);
  } else if (event.kind == EventKind::publish_acknowledged || event.kind == EventKind::property_replied) {
    // One pump for all acknowledgements of a turn: follow-ups of one device stand behind each other.
    const bool waits_already = !follow_ups_.empty() && follow_ups_.last().kind == FollowUpKind::pump && follow_ups_.last().slot == slot;
    if (cell.traffic && !waits_already) follow_ups_.push({.slot = slot, .kind = FollowUpKind::pump});
  }
}

void DeviceShell::write_flash(std::uint32_t slot, const device::WriteSlot& write) {
  DeviceCell& cell = cells_[slot];
  if (tap_ != nullptr) tap_->on_flash_write(cell.device_number, now_);
  const std::size_t written = bytes_before_cut(slot, write.bytes.size());
  cell.flash.write(write.slot, write.bytes.first(written), cell.power_is_lost ? FlashWrite::torn : FlashWrite::whole);
  follow_ups_.push({.slot = slot, .kind = FollowUpKind::slot_written, .flash_slot = write.slot});
}

void DeviceShell::open_link(std::uint32_t slot, const device::OpenLink& wanted) {
  DeviceCell& cell = cells_[slot];
  Link& link = cell.link(wanted.leg);
  const WantedLink copy{.leg = wanted.leg, .tls = wanted.tls, .port = wanted.port, .host = std::string(wanted.host)};
  link.wanted_at = std::exchange(cell.wanted_at, kNever);
  if (link.wanted_at == kNever) link.wanted_at = now_;
  if (!cell.holds_place) {  // seldom: whatever leads to a link is held back until there is a place
    const Instant wanted_at = link.wanted_at;
    if (!pass_gate(slot, Gate::open_link, wanted_at)) {
      link.state = LinkState::waiting;
      cell.wanted = std::make_unique<WantedLink>(copy);
      return;
    }
  }
  connect_link(slot, copy);
}

void DeviceShell::connect_link(std::uint32_t slot, const WantedLink& wanted) {
  DeviceCell& cell = cells_[slot];
  const LinkKey key{slot, wanted.leg};
  cell.link(wanted.leg).state = LinkState::idle;
  cell.wanted_at = kNever;
  std::optional<IpAddress> address = IpAddress::parse(wanted.host);
  if (!address) {
    const auto named = runtime_.hosts.find(wanted.host);
    if (named == runtime_.hosts.end()) {
      tell_kept_back(cell, wanted, LinkEnd::dns_failed);
      link_closed(key, LinkEnd::dns_failed, "no address is known for " + wanted.host);
      return;
    }
    address = named->second;
  }
  LinkTarget target{.address = *address,
                    .port = wanted.port,
                    .source = source_for(cell, *address),
                    .proxy_source = {},
                    .tls = nullptr,
                    .is_secure = wanted.tls,
                    .place = link_place(cell, wanted)};
  const FleetGroup& group = runtime_.scenario->groups[cell.group];
  if (group.addresses.proxy) target.proxy_source = cell.address;
  if (wanted.tls && !runtime_.tls_is_modelled) {
    const DeviceTls kind = wanted.leg == Leg::bootstrap ? group.bootstrap_tls : group.mqtt_tls;
    // A device that bootstraps in the clear still fetches its firmware over TLS.
    target.tls = tls_.connect({.kind = kind == DeviceTls::off ? DeviceTls::openssl : kind,
                               .host = wanted.host,
                               .device = target.place.who,
                               .session = session_of(target.place, cell.link(wanted.leg)),
                               .dialect = &config_of(slot).profile->tls,
                               .leg = wanted.leg,
                               .sessions_before = cell.link(wanted.leg).generation,
                               .after_failure = cell.failure.known && cell.failure.end == LinkEnd::tls_failed,
                               .clock_error = tls_clock_error(slot)});
    if (!target.tls) {
      tell_kept_back(cell, wanted, LinkEnd::tls_failed);
      link_closed(key, LinkEnd::tls_failed, "no TLS session could be made");
      return;
    }
  }
  links_->open(key, std::move(target), now_);
}

void DeviceShell::tell_kept_back(const DeviceCell& cell, const WantedLink& wanted, LinkEnd end) {
  if (tap_ == nullptr) return;
  WireEvent event;
  event.at = now_;
  event.device = cell.device_number;
  event.leg = wanted.leg;
  event.teller = WireEnd::device;
  event.kind = WireKind::opening;
  event.platform_port = wanted.port;
  tap_->on_kept_back(event);
  event.kind = WireKind::failed;
  event.direction = Direction::down;
  event.end = end;
  tap_->on_kept_back(event);
}

// A device's own address when the platform is to see it on the socket, else one of many, so that ports suffice.
std::optional<IpAddress> DeviceShell::source_for(const DeviceCell& cell, const IpAddress& destination) const {
  if (!is_loopback(destination)) return std::nullopt;
  const AddressPlan& plan = runtime_.scenario->groups[cell.group].addresses;
  if (!plan.proxy && is_loopback(cell.address)) return cell.address;
  return loopback_spread(cell.index);
}

void DeviceShell::close_link(std::uint32_t slot, Leg leg, bool at_once) {
  DeviceCell& cell = cells_[slot];
  Link& link = cell.link(leg);
  if (link.state == LinkState::waiting) {
    link.state = LinkState::idle;
    cell.wanted.reset();
    cell.gate = Gate::none;
    link_closed({slot, leg}, LinkEnd::closed_by_us, {});
  } else if (at_once) {
    links_->abort({slot, leg}, Links::Abort::orderly);
  } else {
    links_->close({slot, leg}, now_);
  }
}

void DeviceShell::link_opened(LinkKey key) { step(key.slot, device::LinkOpened{key.leg}); }

void DeviceShell::link_received(LinkKey key, ByteView bytes) {
  DeviceCell& cell = cells_[key.slot];
  const std::uint16_t generation = cell.link(key.leg).generation;
  int stuck = 0;
  while (!bytes.empty() && cell.power != Power::off && !cell.power_is_lost) {
    const Link& link = cell.link(key.leg);
    if (link.state != LinkState::open || link.generation != generation) return;
    const std::size_t consumed = step(key.slot, device::LinkReceived{key.leg, bytes});
    bytes = bytes.subspan(std::min(consumed, bytes.size()));
    stuck = consumed == 0 ? stuck + 1 : 0;
    if (stuck == stuck_steps_max) {
      links_->abort(key, Links::Abort::orderly);
      return;
    }
  }
}

void DeviceShell::link_closed(LinkKey key, LinkEnd end, std::string_view detail) {
  if (!detail.empty() && (end == LinkEnd::tls_failed || end == LinkEnd::dns_failed)) keep_detail(key.slot, key.leg, detail);
  follow_ups_.push({.slot = key.slot, .kind = FollowUpKind::link_closed, .leg = key.leg, .end = end});
}

void DeviceShell::link_writable(LinkKey key) {
  if (key.leg == Leg::mqtt) follow_ups_.push({.slot = key.slot, .kind = FollowUpKind::pump});
}

void DeviceShell::keep_detail(std::uint32_t slot, Leg leg, std::string_view detail) {
  observer_.on_link_detail(cells_[slot], leg, detail, now_);
  if (details_.size() < details_max || details_.contains(slot)) details_[slot] = std::string(detail);
}

}  // namespace fleetsim::sim
