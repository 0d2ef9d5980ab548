// Who is told what has changed, so that it can be written down: a store above the core implements it. The core says only which thing,
// never what; whoever writes looks at the thing itself, once, when the step is over. Without a journal a change costs one branch.
//
//   registry.record(&journal);                // null: nobody is told
//   journal.device_changed(DeviceIndex{7});   // called by the registry, as often as it likes: the journal counts each thing once
#pragma once

#include <cstdint>
#include <string_view>

#include "platform-mock/core/ids.hpp"

namespace fleetsim::platform {

class Journal {
 public:
  virtual ~Journal() = default;

  // From inside the core's mutations. None of them may call back, and none may fail.
  virtual void product_changed(ProductIndex product) = 0;
  /// Its record, its placement, its residences, with whom it is shared. Also said of a removed one.
  virtual void device_changed(DeviceIndex device) = 0;
  /// The job and the outcomes that it has come to.
  virtual void job_changed(JobIndex job) = 0;
  virtual void firmware_granted(AccountIndex distributor, AccountIndex recipient, std::string_view file) = 0;
  /// Runtime data of a device at a place: status times, properties, shadow and the like. It may be gone.
  virtual void stay_changed(DeviceIndex device, const Place& place) = 0;
  /// Tags and groups.
  virtual void labels_changed(DeviceIndex device) = 0;
  /// Behind which gateway it stands, or that it stands behind none.
  virtual void gateway_changed(DeviceIndex sub_device) = 0;
  /// The token that it logs in with instead of a secret.
  virtual void token_changed(DeviceIndex device) = 0;
  /// The code that a distributor may use for a recipient, and what stands in the recipient's inbox.
  virtual void codes_changed(AccountIndex distributor, AccountIndex recipient) = 0;
  virtual void firmware_changed(ota::FirmwareIndex firmware) = 0;
  virtual void upgrade_changed(ota::UpgradeIndex upgrade) = 0;
  virtual void task_changed(ota::TaskIndex task) = 0;
  virtual void remote_config_changed(ProductIndex product) = 0;
  /// A group of devices, its tags included; who is in it stands on the devices' labels. It may be gone.
  virtual void group_changed(std::string_view id) = 0;
  /// A file that was uploaded to be sent to devices. It may be gone.
  virtual void upload_changed(std::string_view name) = 0;
  /// Of the management API: the name that people gave a device.
  virtual void nickname_changed(DeviceIndex device) = 0;
  /// Of the management API: an application to register many devices. It may be gone.
  virtual void application_changed(std::int64_t id) = 0;
};

}  // namespace fleetsim::platform
