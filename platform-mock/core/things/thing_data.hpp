// What one place keeps of one device's running: latest properties, wishes, events, logs, answers to calls, shadow, files, versions. It
// stays where it was made when the device is distributed, and is found again when the device returns.
//
//   ThingData& thing = store.data(device, place);
//   thing.properties.set("power", "1", now_ms, limits);
//   thing.details().events.add("alarm", "{}", now_ms, limits);      // made on first use
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "platform-mock/core/things/desired_properties.hpp"
#include "platform-mock/core/things/property_table.hpp"
#include "platform-mock/core/things/record_ring.hpp"
#include "platform-mock/core/things/shadow.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::things {

struct ModuleVersion {
  std::string module;
  std::string version;
  std::int64_t time_ms = 0;
};

struct DeviceFile {
  std::string name;
  std::vector<std::uint8_t> content;
  std::int64_t time_ms = 0;
};

/// What only some devices have.
struct ThingDetails {
  DesiredProperties desired;
  RecordRing events;   // name: the event, text: its value
  RecordRing logs;     // name: empty, text: a line
  RecordRing answers;  // name: the service, text: data; what devices answered to property sets and service calls
  Shadow shadow;
  std::vector<ModuleVersion> modules;
  std::vector<DeviceFile> files;

  /// False: a module too many, or a text that is too long.
  bool set_version(std::string_view module, std::string_view version, std::int64_t now_ms, const ThingLimits& limits);
  /// Empty when the module has never told one.
  std::string_view version_of(std::string_view module) const;
  /// Takes the place of a file of the same name. False: a file too many, or one that is too large.
  bool add_file(std::string_view name, ByteView content, std::int64_t now_ms, const ThingLimits& limits);
  bool remove_file(std::string_view name);
  const DeviceFile* find_file(std::string_view name) const;
};

class ThingData {
 public:
  PropertyTable properties;

  /// To be changed before the step is over.
  ThingDetails& details() {
    details_changed_ = true;
    if (details_ == nullptr) details_ = std::make_unique<ThingDetails>();
    return *details_;
  }
  /// Null: there are none.
  const ThingDetails* known_details() const { return details_.get(); }
  /// Whether details() was asked for since this was asked last: they are large, and most changes are to properties alone.
  bool take_details_changed() { return std::exchange(details_changed_, false); }

 private:
  std::unique_ptr<ThingDetails> details_;
  bool details_changed_ = false;
};

}  // namespace fleetsim::platform::things
