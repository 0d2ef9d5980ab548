// What hangs on some devices only: the devices behind a gateway, properties that users set, reports; and what to say of those that fail.
#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/world/device_shell.hpp"
#include "sim/world/failure_text.hpp"

namespace fleetsim::sim {

using device::EventKind;
using device::LinkEnd;

void DeviceShell::add_sub_device(std::uint32_t gateway, const DeviceSpec& spec) {
  DeviceCell& cell = cells_[gateway];
  if (!cell.subs) cell.subs = std::make_unique<SubFleet>();
  cell.subs->devices.emplace_back(spec.identity);
  cell.subs->extras.push_back({.group = spec.group, .online = false, .has_moved = false, .endpoint = 0});
}

void DeviceShell::order_report(std::uint32_t slot) {
  reports_.order(slot, cells_[slot]);
  touch(slot);
}

/// Token 0 is nobody's: what becomes of such a publish is told to who listens, and counted nowhere.
void DeviceShell::command(std::uint32_t slot, const DeviceOrder& order) {
  switch (order.what) {
    case DeviceOrder::What::power_on:
      if (cells_[slot].power == Power::off) arrive(slot, now_, ArrivalModel::closed);
      break;
    case DeviceOrder::What::power_off:
      power_off(slot);
      break;
    case DeviceOrder::What::cut_power:
      power_cut(slot);
      break;
    case DeviceOrder::What::publish: {
      const auto qos = order.qos == 0 ? device::Qos::at_most_once : device::Qos::at_least_once;
      step(slot, device::PublishCommand{order.topic, bytes_of(order.payload), qos, 0});
      touch(slot);
      break;
    }
    case DeviceOrder::What::post_property:
      step(slot, device::PostProperty{order.payload, 0});
      touch(slot);
      break;
  }
}

DevicePicture DeviceShell::picture(std::uint32_t slot) const {
  const DeviceCell& cell = cells_[slot];
  DevicePicture made;
  made.has_power = cell.power != Power::off;
  made.is_online = cell.online;
  made.is_told_to_move = cell.notified_at != kNever;
  made.has_moved = cell.has_moved;
  made.state = cell.power == Power::off ? "off"
               : cell.core() == nullptr ? "foreign"
                                        : std::string(agent_state_name(cell.core()->agent().state()));
  made.region = cell.region;
  if (!cell.online && cell.failure.known) made.last_failure = describe_failure(cell.failure);
  return made;
}

/// A device does as it is told and says so: the new values come back as a property post.
void DeviceShell::apply_property(std::uint32_t slot) {
  const std::string params = properties_set_.pop();
  if (cells_[slot].online) step(slot, device::PostProperty{params, 0});
}

void DeviceShell::sub_device_reported(DeviceCell& cell, const device::Event& event) {
  if (!cell.subs || event.kind != EventKind::sub_device_online) return;
  for (std::size_t i = 0; i < cell.subs->devices.size(); ++i) {
    SubFleet::Extra& extra = cell.subs->extras[i];
    if (extra.online || cell.subs->devices[i].identity.device_name() != event.text) continue;
    extra.online = true;
    const bool elsewhere = extra.endpoint != 0 && extra.endpoint != cell.endpoint;
    extra.endpoint = cell.endpoint;
    observer_.sub_device_online(extra.group);
    if (elsewhere) observer_.sub_device_moved(extra.group, !std::exchange(extra.has_moved, true));
    return;
  }
}

void DeviceShell::add_sub_failures(const DeviceCell& cell, ShardReport& report) const {
  if (cell.power != Power::on) return;
  for (std::size_t i = 0; i < cell.subs->devices.size(); ++i) {
    if (cell.subs->extras[i].online) continue;
    const device::SubDevice& sub = cell.subs->devices[i];
    const std::string& group = runtime_.scenario->groups[cell.subs->extras[i].group].name;
    ++report.failures_total;
    ++report.failures_by_group[group];
    if (report.failures.size() >= failures_listed_max) continue;
    const std::string why = !cell.online    ? std::string("its gateway is not online")
                            : sub.code != 0 ? fmt::format("its gateway may not log it in: {}", sub.code)
                                            : std::string("its gateway has not logged it in");
    report.failures.push_back({fmt::format("{}/{}", sub.identity.product_key(), sub.identity.device_name()), group, why});
  }
}

void DeviceShell::add_failures(ShardReport& report) const {
  for (std::uint32_t slot = 0; slot < size(); ++slot) {
    const DeviceCell& cell = cells_[slot];
    if (cell.subs) add_sub_failures(cell, report);
    if (cell.power != Power::on || cell.online) continue;
    ++report.failures_total;
    // The first of every group: one that fails as a whole does not hide the names of the others.
    if (++report.failures_by_group[runtime_.scenario->groups[cell.group].name] > failures_listed_max) continue;
    std::string reason = describe_failure(cell.failure);
    const bool has_words = cell.core() == nullptr || cell.failure.end == LinkEnd::tls_failed || cell.failure.end == LinkEnd::dns_failed;
    const auto detail = details_.find(slot);
    if (has_words && detail != details_.end()) {
      reason += " (";
      reason += detail->second;
      reason += ')';
    }
    report.failures.push_back({Observer::name_of(cell), runtime_.scenario->groups[cell.group].name, std::move(reason)});
  }
}

}  // namespace fleetsim::sim
