// Firmware that can be sent to devices: its facts and whose it is. The files themselves are served elsewhere; here is only where.
//
// A firmware belongs to the account that uploaded it. Whether another one, to which devices were distributed, may use its file is for
// Distribution to say.
//
//   auto firmware = store.add({.name = "fw", .module = "default", .version = "2.0.0", .url = url, .size = 5, .md5 = …}, owner, product,
//   now); store.give(*firmware, recipient); store.may_use(*firmware, recipient);   // true now
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/platform_error.hpp"

namespace fleetsim::platform::ota {

inline constexpr std::size_t firmware_text_bytes_max = 1024;  // of each text, extra data and description included

/// Whether a verify job must have succeeded before it is sent to many.
enum class Verification : std::uint8_t { not_needed, needed };

struct FirmwareFacts {
  std::string name{};
  std::string module = "default";
  std::string version{};
  std::string source_version{};  // a difference to that one; empty: whole
  std::string url{};             // where devices fetch it
  std::uint64_t size = 0;
  std::string md5{};         // hex digits
  std::string sha256{};      // hex digits; the platform names it where it is known, else the MD5
  std::string extra_data{};  // a JSON object for the device, or nothing
  std::string description{};
  std::string file{};  // its name among the files that were uploaded here; empty: it is somewhere else, at `url`
  Verification verification = Verification::not_needed;
};

struct Firmware {
  std::string id;
  FirmwareFacts facts;
  AccountIndex owner;
  ProductIndex product;
  Instant created{};
  bool removed = false;
  bool verified = false;  // a verify job has succeeded
};

/// Makes the URL under which a device fetches a file that was uploaded here: it is good for a while from `unix_ms` on.
class FirmwareUrls {
 public:
  virtual ~FirmwareUrls() = default;
  virtual std::string url_of(std::string_view file, std::int64_t unix_ms) const = 0;
};

class FirmwareStore {
 public:
  Result<FirmwareIndex, PlatformError> add(FirmwareFacts facts, AccountIndex owner, ProductIndex product, Instant now);
  std::optional<FirmwareIndex> find(std::string_view id) const;
  const Firmware& at(FirmwareIndex index) const { return firmwares_[index.value]; }
  std::size_t count() const { return firmwares_.size(); }
  void remove(FirmwareIndex index);
  void set_verified(FirmwareIndex index) {
    changed(index);
    firmwares_[index.value].verified = true;
  }

  /// It must outlive this.
  void limit(const Limits& limits) { limits_ = &limits; }
  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }
  /// Puts back what was kept, in the order of the indices, removed ones too; nobody is told.
  void restore(Firmware firmware);

 private:
  void changed(FirmwareIndex index) {
    if (journal_ != nullptr) journal_->firmware_changed(index);
  }

  std::vector<Firmware> firmwares_;
  std::unordered_map<std::string, FirmwareIndex> by_id_;
  const Limits* limits_ = &default_limits;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform::ota
