#include "sim/invariants/sometimes.hpp"

#include <algorithm>

namespace fleetsim::sim {
namespace {

using device::EventKind;
using platform::PlatformEventKind;
namespace needs = sometimes_needs;

constexpr std::array<SometimesKind, sometimes_count> kinds = {{
    {Sometimes::cut_while_storing, "cut_while_storing", "a device lost its power while it stored an endpoint", needs::cuts},
    {Sometimes::cut_while_connecting, "cut_while_connecting", "a device lost its power between its CONNECT and CONNACK", needs::cuts},
    {Sometimes::cut_while_moving, "cut_while_moving", "a device lost its power on its way to a new place", needs::cuts | needs::moves},
    {Sometimes::woke_with_its_endpoint, "woke_with_its_endpoint", "after a cut a device went straight where its flash said", needs::cuts},
    {Sometimes::fell_back_to_bootstrap, "fell_back_to_bootstrap", "a stored endpoint failed so often that the global one was asked",
     needs::link_faults},
    {Sometimes::sent_where_it_comes_from, "sent_where_it_comes_from", "a bootstrap named the endpoint that had just failed",
     needs::link_faults},
    {Sometimes::answer_was_lost, "answer_was_lost", "a bootstrap answer broke off after it had begun", needs::link_faults},
    {Sometimes::name_was_unknown, "name_was_unknown", "a name led nowhere", needs::lost_names},
    {Sometimes::connect_timed_out, "connect_timed_out", "a server was silent to a CONNECT", needs::link_faults},
    {Sometimes::server_fell_silent, "server_fell_silent", "a device found by its ping that its session was dead", needs::link_faults},
    {Sometimes::packet_came_in_pieces, "packet_came_in_pieces", "an MQTT packet came in several segments", needs::link_faults},
    {Sometimes::publish_was_sent_again, "publish_was_sent_again", "a publish was sent again, and said so",
     needs::publishes | needs::link_faults},
    {Sometimes::notified_twice, "notified_twice", "two copies of a notify came on one connection", needs::doubled_notifies | needs::moves},
    {Sometimes::recovered, "recovered", "a device came back after the faults were healed", needs::link_faults},
    {Sometimes::notify_was_sent_again, "notify_was_sent_again", "a notify had no effect and was sent again", needs::moves},
    {Sometimes::jobs_overlapped, "jobs_overlapped", "a second job named a device that was on its way for a first", needs::several_moves},
    {Sometimes::refused_where_it_was, "refused_where_it_was", "after its commit a device came to its old place and was refused",
     needs::moves | needs::link_faults},
    {Sometimes::answer_was_stale, "answer_was_stale", "a bootstrap named an instance that then refused the device", needs::several_moves},
    {Sometimes::let_in_to_be_told, "let_in_to_be_told", "in its handover a device came to its source, to hear the notify", needs::moves},
    {Sometimes::committed_beside_its_old_session, "committed_beside_its_old_session",
     "a device was let in at its target while its source still had its session", needs::moves | needs::link_faults},
    {Sometimes::took_its_own_place, "took_its_own_place", "a device connected again before its dead session was found", needs::link_faults},
    {Sometimes::came_home, "came_home", "a device moved to where it had been before", needs::several_moves},
}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (static_cast<std::size_t>(kinds[i].which) != i) return false;
  return true;
}
static_assert(is_in_order());

bool moves_on(Scene scene) { return scene == Scene::told || scene == Scene::replied || scene == Scene::leaving || scene == Scene::pushed; }

}  // namespace

std::span<const SometimesKind> sometimes_kinds() { return kinds; }

void SometimesWatch::on_wire(const WireEvent& event) {
  const std::uint32_t slot = share_.slot_of(event.device);
  if (slot == DeviceShare::not_here || event.leg != device::Leg::bootstrap || event.teller != WireEnd::device) return;
  if (event.kind == WireKind::opening) devices_[slot].answer_began = false;
  if (event.kind == WireKind::bytes && event.direction == Direction::down) devices_[slot].answer_began = true;
}

void SometimesWatch::on_packet(const MqttPacket& packet) {
  if (packet.event.teller != WireEnd::device) return;
  if (packet.head.was_split) count(Sometimes::packet_came_in_pieces);
  const bool is_again = packet.head.type == mqtt_wire::publish && packet.head.is_duplicate() && packet.event.direction == Direction::up;
  if (is_again) count(Sometimes::publish_was_sent_again);
  const bool is_notify = packet.head.type == mqtt_wire::publish && packet.event.direction == Direction::down &&
                         packet.head.topic().ends_with("/thing/bootstrap/notify");
  const std::uint32_t slot = share_.slot_of(packet.event.device);
  if (!is_notify || slot == DeviceShare::not_here) return;
  if (devices_[slot].notified_on == packet.event.connection) count(Sometimes::notified_twice);
  devices_[slot].notified_on = packet.event.connection;
}

void SometimesWatch::on_device_event(const DeviceNews& news) {
  const std::uint32_t slot = share_.slot_of(news.device);
  if (slot == DeviceShare::not_here) return;
  Device& device = devices_[slot];
  const EventKind kind = news.event.kind;
  const Scene before = device.scene;
  // What the table does not know is state_machine's business; here the story goes on as if it had not been told.
  device.scene = device_story::next(before, kind, facts_.group_of(news.device).registers).value_or(before);
  if (moves_on(device.scene)) device.is_moving = true;
  if (kind == EventKind::connect_started && before == Scene::started && device.was_cut) count(Sometimes::woke_with_its_endpoint);
  if (kind == EventKind::fell_back_to_bootstrap) count(Sometimes::fell_back_to_bootstrap);
  if (kind == EventKind::retry_scheduled && before == Scene::answered) count(Sometimes::sent_where_it_comes_from);
  if (kind == EventKind::bootstrap_failed || kind == EventKind::connect_failed || kind == EventKind::connection_lost)
    failed(device, news.event);
  if (kind == EventKind::connected) {
    if (phase_ == Phase::healed && device.was_away) count(Sometimes::recovered);
    device.is_moving = false;
    device.was_away = false;
  }
}

void SometimesWatch::failed(Device& device, const device::Event& event) {
  device.was_away = true;
  if (event.kind == EventKind::bootstrap_failed && device.answer_began && event.failure == device::Failure::link)
    count(Sometimes::answer_was_lost);
  if (event.failure == device::Failure::link && event.end == device::LinkEnd::dns_failed) count(Sometimes::name_was_unknown);
  if (event.kind == EventKind::connect_failed && event.failure == device::Failure::timed_out) count(Sometimes::connect_timed_out);
  if (event.failure == device::Failure::ping_timeout) count(Sometimes::server_fell_silent);
}

void SometimesWatch::on_mishap(std::uint32_t number, Mishap mishap) {
  const std::uint32_t slot = share_.slot_of(number);
  if (slot == DeviceShare::not_here) return;
  Device& device = devices_[slot];
  switch (mishap) {
    case Mishap::power_cut:
      if (device.scene == Scene::answered) count(Sometimes::cut_while_storing);
      if (device.scene == Scene::connecting) count(Sometimes::cut_while_connecting);
      if (device.is_moving) count(Sometimes::cut_while_moving);
      device.was_cut = true;
      device.was_away = true;
      device.is_moving = false;
      device.scene = Scene::off;
      break;
    case Mishap::powered_on:
      device.scene = Scene::started;
      break;
    case Mishap::powered_off:
      device.scene = Scene::off;
      break;
    case Mishap::clock_changed:
      break;
  }
}

void SometimesWatch::on_platform_event(const PlatformNews& news) {
  const std::uint32_t slot = share_.slot_of(news.device);
  if (news.device == no_device || slot == DeviceShare::not_here) return;
  Device& device = devices_[slot];
  switch (news.event.kind) {
    case PlatformEventKind::handover_started:
      if (device.in_handover) count(Sometimes::jobs_overlapped);
      device.in_handover = true;
      device.was_notified = false;
      device.source = news.instance;
      break;
    case PlatformEventKind::notify_sent:
      if (device.was_notified) count(Sometimes::notify_was_sent_again);
      device.was_notified = true;
      break;
    case PlatformEventKind::bootstrap_answered:
      device.directed = news.instance;
      break;
    case PlatformEventKind::connect_refused:
      if (news.instance == device.left) count(Sometimes::refused_where_it_was);
      if (news.instance == device.directed) count(Sometimes::answer_was_stale);
      break;
    case PlatformEventKind::committed:
      committed(device, news.instance);
      break;
    case PlatformEventKind::device_connected:
      if (device.in_handover && news.instance == device.source) count(Sometimes::let_in_to_be_told);
      device.online_at = news.instance;
      ++device.sessions;
      break;
    case PlatformEventKind::device_disconnected:
      if (news.event.reason == "Kicked by the same device") count(Sometimes::took_its_own_place);
      if (device.sessions > 0) --device.sessions;
      break;
    case PlatformEventKind::notify_replied:
    case PlatformEventKind::bootstrap_refused:
    case PlatformEventKind::job_state_changed:
    case PlatformEventKind::protocol_violation:
    case PlatformEventKind::publish_dropped:
    case PlatformEventKind::misbehaved:
      break;
  }
}

void SometimesWatch::committed(Device& device, std::uint16_t at) {
  if (device.sessions > 0 && device.online_at != at) count(Sometimes::committed_beside_its_old_session);
  if (std::find(device.lived.begin(), device.lived.end(), at) != device.lived.end()) count(Sometimes::came_home);
  device.lived.push_back(device.source);
  device.left = device.source;
  device.in_handover = false;
}

}  // namespace fleetsim::sim
