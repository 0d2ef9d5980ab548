#include "platform-mock/core/update_invariants.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "platform-mock/core/invariants.hpp"

namespace fleetsim::platform {
namespace {

class UpdateInspection {
 public:
  explicit UpdateInspection(const UpdateParts& parts) : parts_(parts) {}

  std::vector<std::string> run() {
    for (std::uint32_t i = 0; i < parts_.firmwares.count(); ++i) firmware(parts_.firmwares.at(ota::FirmwareIndex{i}));
    for (const auto& [name, file] : parts_.uploads.all()) {
      const auto referring = referring_.find(name);
      const std::size_t firmwares = referring == referring_.end() ? 0 : referring->second;
      if (file.firmwares != firmwares)
        say("file " + name + " counts " + std::to_string(file.firmwares) + " firmwares of " + std::to_string(firmwares));
    }
    for (std::uint32_t i = 0; i < parts_.upgrades.count(); ++i) upgrade(parts_.upgrades.at(ota::UpgradeIndex{i}));
    return std::move(found_);
  }

 private:
  void firmware(const ota::Firmware& firmware) {
    if (firmware.removed || firmware.facts.file.empty()) return;
    const std::string name = "firmware " + firmware.id;
    ++referring_[firmware.facts.file];
    const UploadedFile* const file = parts_.uploads.find(firmware.facts.file);
    if (file == nullptr) return say(name + " has lost its file " + firmware.facts.file);
    if (file->owner != firmware.owner) say(name + " has a file of another account");
    if (file->content.size() != firmware.facts.size)
      say(name + " has " + std::to_string(firmware.facts.size) + " bytes, its file " + std::to_string(file->content.size()));
  }

  void upgrade(const ota::Upgrade& upgrade) {
    const ProductIndex product = parts_.firmwares.at(upgrade.firmware).product;
    std::set<DeviceIndex> chosen;
    for (const std::size_t position : upgrade.tasks) {
      const DeviceIndex device = parts_.upgrades.task(position).device;
      const DeviceRecord& record = parts_.registry.device(device);
      const std::string name = "upgrade " + upgrade.id;
      if (record.product != product) say(name + " is for device \"" + record.name + "\" of another product");
      if (!chosen.insert(device).second && upgrade.options.selection == ota::Selection::dynamic)
        say(name + " has chosen device \"" + record.name + "\" twice");
    }
  }

  void say(std::string sentence) {
    if (found_.size() < violations_told_max) found_.push_back(std::move(sentence));
  }

  UpdateParts parts_;
  std::map<std::string, std::size_t, std::less<>> referring_;  // by the name of a file: firmwares
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> update_violations_of(const UpdateParts& parts) { return UpdateInspection(parts).run(); }

}  // namespace fleetsim::platform
