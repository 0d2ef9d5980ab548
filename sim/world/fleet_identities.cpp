#include "sim/world/fleet_identities.hpp"

#include <fmt/format.h>
#include <memory>
#include <optional>

#include "devicecore/base/ensure.hpp"
#include "sim/config/device_csv.hpp"
#include "sim/config/diagnostics.hpp"
#include "sim/scenario/device_naming.hpp"
#include "sim/world/fleet_identities_draw.hpp"

namespace fleetsim::sim {
namespace {

/// One draw after the other: in which order a compiler looks at arguments is its own affair.
std::string secret_of(DeviceDraw draw) {
  const std::uint64_t second = draw.next();
  const std::uint64_t first = draw.next();
  return fmt::format("{:016x}{:016x}", first, second);
}

using DeviceRows = std::shared_ptr<const std::vector<DeviceRow>>;

/// Those that were read with the scenario; one that was put together in a program only names its file.
Result<DeviceRows, RunError> rows_of(const FleetGroup& group) {
  DeviceRows rows = group.listed;
  if (rows == nullptr) {
    Diagnostics diagnostics;
    const Position whole_file{diagnostics.add_file(group.devices_file), 1, 1};
    rows = std::make_shared<const std::vector<DeviceRow>>(load_device_csv(group.devices_file, whole_file, diagnostics));
    if (diagnostics.failed())
      return fail(RunError{fmt::format("cannot take the devices of group {} from {}", group.name, group.devices_file), diagnostics.text()});
  }
  if (rows->empty() || rows->size() < group.count) {
    return fail(RunError{fmt::format("group {} wants {} devices, {} has {}", group.name, group.count, group.devices_file, rows->size()),
                         "lower the count or add lines"});
  }
  return rows;
}

std::string name_of(const GroupTriples& of, const RosterEntry& entry) {
  return of.listed != nullptr ? (*of.listed)[entry.position].device_name : derived_device_name(of.device_prefix, entry.index);
}

std::string registered_secret_of(const GroupTriples& of, const RosterEntry& entry) {
  return of.listed != nullptr ? (*of.listed)[entry.position].device_secret : derived_secret(of.seed, fleet_index(of.group, entry.index));
}

class RosterBuilder {
 public:
  RosterBuilder(const Scenario& scenario, const std::vector<AddressPlanner>& addresses) : scenario_(scenario), addresses_(addresses) {}

  Result<Roster, RunError> build() {
    for (std::size_t g = 0; g < scenario_.groups.size(); ++g) {
      if (auto error = add_group(static_cast<std::uint16_t>(g))) return fail(std::move(*error));
    }
    return std::move(roster_);
  }

 private:
  std::optional<RunError> add_group(std::uint16_t g) {
    const FleetGroup& group = scenario_.groups[g];
    DeviceRows listed;
    if (!group.devices_file.empty()) {
      auto rows = rows_of(group);
      if (!rows) return rows.error();
      listed = std::move(*rows);
    }
    // Without a count all of the file; else the first so many.
    const bool whole_file = listed != nullptr && group.count == 0;
    GroupRange range{roster_.devices.size(), 0, whole_file ? static_cast<std::uint32_t>(listed->size()) : group.count};
    roster_.triples.push_back({scenario_.seed, g, group.product, group.device_prefix, listed});
    roster_.devices.reserve(roster_.devices.size() + range.count_everywhere / scenario_.shard_count + 1);
    for (std::uint32_t position = 0; position < range.count_everywhere; ++position) {
      const std::uint64_t index = group.first_index + position;
      if (index % scenario_.shard_count != scenario_.shard_index) continue;
      roster_.devices.push_back(
          {.index = index, .address = addresses_[g].address_of(fleet_index(g, index)), .position = position, .group = g});
      if (auto error = check_device(group, roster_.devices.size() - 1)) return error;
    }
    range.count = roster_.devices.size() - range.first;
    roster_.groups.push_back(range);
    // The scenario named one that the group has; the file of devices may have changed since.
    const bool is_given = !roster_.wrong_secrets.empty() && roster_.wrong_secrets.rbegin()->first >= range.first;
    if (!group.wrong_secret_device.empty() && !is_given && scenario_.shard_count == 1) {
      return RunError{fmt::format("group {} has no device {} to give a wrong secret to", group.name, group.wrong_secret_device),
                      "check wrong_secret_device"};
    }
    return std::nullopt;
  }

  /// Whoever asks for an identity later may trust that there is one.
  std::optional<RunError> check_device(const FleetGroup& group, std::size_t device) {
    const RosterEntry& entry = roster_.devices[device];
    const std::string_view product_key = roster_.product_key(device);
    const std::string device_name = roster_.device_name(device);
    if (const auto identity = device::Identity::parse(product_key, device_name, roster_.registered_secret(device)); !identity) {
      return RunError{fmt::format("device {}/{} of group {}: {}", product_key, device_name, group.name, describe(identity.error())),
                      "check product, device_prefix or the devices file"};
    }
    if (names_device(group.wrong_secret_device, product_key, device_name)) {
      const std::uint64_t everywhere = fleet_index(entry.group, entry.index);
      roster_.wrong_secrets[device] = secret_of({scenario_.seed, everywhere, DrawPurpose::wrong_secret});
    }
    return std::nullopt;
  }

  const Scenario& scenario_;
  const std::vector<AddressPlanner>& addresses_;
  Roster roster_;
};

}  // namespace

std::string derived_secret(std::uint64_t seed, std::uint64_t index) { return secret_of({seed, index, DrawPurpose::secret}); }

std::string_view Roster::product_key(std::size_t device) const {
  const RosterEntry& entry = devices[device];
  const GroupTriples& of = triples[entry.group];
  return of.listed != nullptr ? (*of.listed)[entry.position].product_key : of.product_key;
}

std::string Roster::device_name(std::size_t device) const { return name_of(triples[devices[device].group], devices[device]); }

std::string Roster::full_name(std::size_t device) const {
  std::string name(product_key(device));
  return (name += '/') += device_name(device);
}

bool Roster::is_named(std::size_t device, std::string_view with_key, std::string_view with_name) const {
  if (product_key(device) != with_key) return false;
  const RosterEntry& entry = devices[device];
  const GroupTriples& of = triples[entry.group];
  return of.listed != nullptr ? (*of.listed)[entry.position].device_name == with_name
                              : is_derived_name(of.device_prefix, entry.index, with_name);
}

std::string Roster::registered_secret(std::size_t device) const {
  if (const auto told = told_secrets.find(device); told != told_secrets.end()) return told->second;
  return registered_secret_of(triples[devices[device].group], devices[device]);
}

device::Identity Roster::identity(std::size_t device) const {
  const auto wrong = wrong_secrets.find(device);
  const std::string secret = wrong != wrong_secrets.end() ? wrong->second : registered_secret(device);
  const auto identity = device::Identity::parse(product_key(device), device_name(device), secret);
  ensure(identity.ok());
  return *identity;
}

DeviceSpec Roster::spec(std::size_t device) const {
  const RosterEntry& entry = devices[device];
  return {.index = entry.index,
          .group = entry.group,
          .position = entry.position,
          .number = static_cast<std::uint32_t>(device),
          .identity = identity(device),
          .address = entry.address};
}

Result<Roster, RunError> make_roster(const Scenario& scenario, const std::vector<AddressPlanner>& addresses) {
  return RosterBuilder(scenario, addresses).build();
}

}  // namespace fleetsim::sim
