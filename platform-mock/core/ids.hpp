// Names of the platform's things as types of their own: one never converts to another. Made at the edge, then trusted.
//
//   InstanceId id{"iotx-oxssharez200"};
//   std::string_view text = id.view();
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace fleetsim::platform {

template <class Tag>
class Name {
 public:
  Name() = default;
  explicit Name(std::string_view text) : text_(text) {}
  std::string_view view() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  std::string text_;
};

using AccountId = Name<struct AccountIdTag>;    // "198000": the account's uid
using RegionId = Name<struct RegionIdTag>;      // "cn-shanghai"
using InstanceId = Name<struct InstanceIdTag>;  // "iotx-oxssharez200" (public), "iot-060a0b" (enterprise)
using ProductKey = Name<struct ProductKeyTag>;
using DeviceName = Name<struct DeviceNameTag>;

/// Position in a dense table of the platform. It is never given to another thing while the platform runs: what is removed leaves a
/// tombstone.
template <class Tag>
struct Index {
  std::uint32_t value = 0;
  friend auto operator<=>(const Index&, const Index&) = default;
};
using AccountIndex = Index<struct AccountIndexTag>;
using RegionIndex = Index<struct RegionIndexTag>;
using InstanceIndex = Index<struct InstanceIndexTag>;
using ProductIndex = Index<struct ProductIndexTag>;
using DeviceIndex = Index<struct DeviceIndexTag>;
using JobIndex = Index<struct JobIndexTag>;
namespace ota {
using FirmwareIndex = Index<struct FirmwareIndexTag>;
using UpgradeIndex = Index<struct UpgradeIndexTag>;
using TaskIndex = Index<struct TaskIndexTag>;  // one device of an upgrade
}  // namespace ota

/// Where a device resides, and where a copy of its product is: a public instance serves many accounts, so that an instance alone does
/// not say whose device it is.
struct Place {
  InstanceIndex instance;
  AccountIndex account;
  friend auto operator<=>(const Place&, const Place&) = default;
};

}  // namespace fleetsim::platform

template <class Tag>
struct std::hash<fleetsim::platform::Name<Tag>> {
  std::size_t operator()(const fleetsim::platform::Name<Tag>& name) const noexcept { return std::hash<std::string_view>{}(name.view()); }
};
template <class Tag>
struct std::hash<fleetsim::platform::Index<Tag>> {
  std::size_t operator()(const fleetsim::platform::Index<Tag>& index) const noexcept { return index.value; }
};
