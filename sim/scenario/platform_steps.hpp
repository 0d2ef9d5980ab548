// Steps that ask more of a platform, or of the devices on it, than to come and go: what scenario.hpp holds as data, file by file under
// sim/steps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

/// A property, a shadow's attribute, a tag. `value` is JSON, for a tag its plain text.
struct NamedValue {
  std::string name{};
  std::string value{};
};

/// Goes on with the jobs of a distribute step that failed or got stuck, until they are done.
struct RetryStep {
  std::string name{};  // of the distribute step; empty: of all
  Duration timeout = std::chrono::seconds{60};
};

/// Sends a firmware of that version to the groups' devices and waits until they have told that they run it.
struct UpgradeStep {
  std::vector<std::string> groups{};
  std::string at{};       // the instance where they reside
  std::string version{};  // of the new firmware
  std::uint32_t size_bytes = 64 * 1024;
  double share = 1.0;
  Duration timeout = std::chrono::seconds{60};
};

/// The platform's users set properties; done when the devices have posted those values.
struct SetPropertyStep {
  std::vector<std::string> groups{};
  std::string at{};
  std::vector<NamedValue> properties{};
  Duration timeout = std::chrono::seconds{30};
};

/// Devices tell of themselves; done when the platform has answered all of it.
struct ReportStep {
  std::vector<std::string> groups{};
  std::vector<NamedValue> properties{};
  std::vector<NamedValue> shadow{};  // its reported side
  std::vector<NamedValue> tags{};
  std::string event{};  // the name of one, posted without a value
  Duration timeout = std::chrono::seconds{30};
};

/// The platform's users hang a device on a group of theirs. "Group" is the platform's word here, not the scenario's.
struct JoinGroupStep {
  std::vector<std::string> groups{};
  std::string at{};
  std::string device_group{};
};

/// The platform's users take devices off its list, shut them out, or let them in again.
enum class DeviceChange : std::uint8_t { deleted, disabled, enabled };
struct ChangeDevicesStep {
  DeviceChange change = DeviceChange::deleted;
  std::vector<std::string> groups{};
  std::string at{};  // the instance where they reside
};

/// What a check wants of one kind of data: these values among others, or none at all.
struct ExpectedValues {
  std::vector<NamedValue> values{};
  bool none = false;
  bool any() const { return none || !values.empty(); }
};

/// Looks at what the platform knows of the groups' devices where they reside, until it is as expected.
struct ExpectStep {
  std::vector<std::string> groups{};
  std::string at{};       // the instance; not needed for `stranded`
  std::string account{};  // with whom they reside; empty: not asked
  std::string status{};   // ONLINE, OFFLINE, UNACTIVE, DISABLE
  std::string version{};  // of the firmware, as the devices told it
  ExpectedValues properties{};
  ExpectedValues shadow{};
  ExpectedValues tags{};
  ExpectedValues device_groups{};  // names alone
  std::optional<std::uint32_t> events_min{};
  std::optional<std::uint32_t> sub_devices{};
  bool stranded = false;   // in handover for ever; the run then does not fail for it
  bool read_only = false;  // their product can only be looked at there
  double share = 1.0;
  Duration timeout = std::chrono::seconds{30};
};

}  // namespace fleetsim::sim
