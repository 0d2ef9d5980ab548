#include "sim/world/fleet_identities.hpp"

#include <fmt/format.h>
#include <memory>
#include <optional>

#include "sim/config/device_csv.hpp"
#include "sim/config/diagnostics.hpp"
#include "sim/scenario/device_naming.hpp"
#include "sim/world/fleet_identities_draw.hpp"

namespace fleetsim::sim {
namespace {

std::string secret_of(DeviceDraw draw) { return fmt::format("{:016x}{:016x}", draw.next(), draw.next()); }

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
    wrong_secret_given_ = false;
    roster_.devices.reserve(roster_.devices.size() + range.count_everywhere / scenario_.shard_count + 1);
    for (std::uint32_t position = 0; position < range.count_everywhere; ++position) {
      const std::uint64_t index = group.first_index + position;
      if (index % scenario_.shard_count != scenario_.shard_index) continue;
      if (auto error = add_device(g, position, listed != nullptr ? (*listed)[position] : derived(group, index))) return error;
    }
    range.count = roster_.devices.size() - range.first;
    roster_.groups.push_back(range);
    // The scenario named one that the group has; the file of devices may have changed since.
    if (!group.wrong_secret_device.empty() && !wrong_secret_given_ && scenario_.shard_count == 1) {
      return RunError{fmt::format("group {} has no device {} to give a wrong secret to", group.name, group.wrong_secret_device),
                      "check wrong_secret_device"};
    }
    return std::nullopt;
  }

  DeviceRow derived(const FleetGroup& group, std::uint64_t index) const {
    return {group.product, derived_device_name(group.device_prefix, index), derived_secret(scenario_.seed, fleet_index(group, index))};
  }

  std::optional<RunError> add_device(std::uint16_t g, std::uint32_t position, const DeviceRow& triple) {
    const FleetGroup& group = scenario_.groups[g];
    const std::uint64_t index = group.first_index + position;
    const bool wrong = names_device(group.wrong_secret_device, triple.product_key, triple.device_name);
    const std::string own_secret =
        wrong ? secret_of({scenario_.seed, fleet_index(group, index), DrawPurpose::wrong_secret}) : triple.device_secret;
    auto identity = device::Identity::parse(triple.product_key, triple.device_name, own_secret);
    if (!identity) {
      return RunError{
          fmt::format("device {}/{} of group {}: {}", triple.product_key, triple.device_name, group.name, describe(identity.error())),
          "check product, device_prefix or the devices file"};
    }
    if (wrong) {
      wrong_secret_given_ = true;
      roster_.other_secrets.push_back({roster_.devices.size(), triple.device_secret});
    }
    roster_.devices.push_back({.index = index,
                               .group = g,
                               .position = position,
                               .number = static_cast<std::uint32_t>(roster_.devices.size()),
                               .identity = *identity,
                               .address = addresses_[g].address_of(fleet_index(group, index))});
    return std::nullopt;
  }

  std::uint64_t fleet_index(const FleetGroup& group, std::uint64_t index) const {
    return sim::fleet_index(static_cast<std::uint16_t>(&group - scenario_.groups.data()), index);
  }

  const Scenario& scenario_;
  const std::vector<AddressPlanner>& addresses_;
  Roster roster_;
  bool wrong_secret_given_ = false;
};

}  // namespace

std::string derived_secret(std::uint64_t seed, std::uint64_t index) { return secret_of({seed, index, DrawPurpose::secret}); }

std::string_view Roster::registered_secret(std::size_t device) const {
  for (const RegisteredSecret& other : other_secrets) {
    if (other.device == device) return other.secret;
  }
  return devices[device].identity.device_secret();
}

Result<Roster, RunError> make_roster(const Scenario& scenario, const std::vector<AddressPlanner>& addresses) {
  return RosterBuilder(scenario, addresses).build();
}

}  // namespace fleetsim::sim
