#include "platform-mock/core/ota/firmware_store.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <utility>

namespace fleetsim::platform::ota {
namespace {

PlatformError malformed(std::string message) { return {"iot.check.InvalidFormattedParameter", std::move(message)}; }

bool is_hex(std::string_view text, std::size_t digits) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  return text.size() == digits && std::all_of(text.begin(), text.end(), is_digit);
}

/// It stands in the offer to the device as it is.
bool is_object_text(std::string_view text) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
  return !error && value.is_object();
}

std::optional<PlatformError> problem_of(const FirmwareFacts& facts, std::uint64_t bytes_max) {
  const std::pair<std::string_view, std::string_view> texts[] = {
      {"name", facts.name}, {"module", facts.module},         {"version", facts.version},        {"source version", facts.source_version},
      {"url", facts.url},   {"extra data", facts.extra_data}, {"description", facts.description}};
  for (const auto& [what, text] : texts)
    if (text.size() > firmware_text_bytes_max) return malformed("the firmware's " + std::string(what) + " is too long");
  if (facts.name.empty() || facts.module.empty() || facts.version.empty())
    return malformed("a firmware has a name, a module and a version");
  if (facts.url.empty()) return malformed("a firmware has a URL");
  if (facts.size == 0) return malformed("a firmware has at least 1 byte");
  if (facts.size > bytes_max) {
    PlatformError too_large = malformed("a firmware has at most " + std::to_string(bytes_max) + " bytes");
    too_large.limit = LimitKind::firmware_bytes;
    return too_large;
  }
  if (facts.md5.empty() && facts.sha256.empty()) return malformed("a firmware has an MD5 or a SHA-256");
  if (!facts.md5.empty() && !is_hex(facts.md5, 32)) return malformed("MD5 is not 32 hex digits");
  if (!facts.sha256.empty() && !is_hex(facts.sha256, 64)) return malformed("SHA-256 is not 64 hex digits");
  if (!facts.extra_data.empty() && !is_object_text(facts.extra_data)) return malformed("the firmware's extra data is not a JSON object");
  return std::nullopt;
}

}  // namespace

Result<FirmwareIndex, PlatformError> FirmwareStore::add(FirmwareFacts facts, AccountIndex owner, ProductIndex product, Instant now) {
  if (auto problem = problem_of(facts, limits_->firmware_bytes)) return fail(std::move(*problem));
  if (firmwares_.size() >= limits_->firmwares)
    return fail(PlatformError{"iot.ota.TooManyFirmwares", "no room for another firmware", LimitKind::firmwares});
  for (const Firmware& known : firmwares_) {
    const bool is_same = !known.removed && known.owner == owner && known.product == product && known.facts.module == facts.module &&
                         known.facts.version == facts.version && known.facts.source_version == facts.source_version;
    if (is_same) return fail(PlatformError{"iot.ota.DuplicateFirmwareVersion", "the module has a firmware of version " + facts.version});
  }
  const FirmwareIndex index{static_cast<std::uint32_t>(firmwares_.size())};
  Firmware& added = firmwares_.emplace_back();
  added.id = "FW" + std::to_string(100000 + index.value);
  added.facts = std::move(facts);
  added.owner = owner;
  added.product = product;
  added.created = now;
  by_id_.emplace(added.id, index);
  changed(index);
  return index;
}

std::optional<FirmwareIndex> FirmwareStore::find(std::string_view id) const {
  const auto at = by_id_.find(std::string(id));
  if (at == by_id_.end()) return std::nullopt;
  return at->second;
}

void FirmwareStore::remove(FirmwareIndex index) {
  Firmware& firmware = firmwares_[index.value];
  by_id_.erase(firmware.id);
  firmware.removed = true;
  changed(index);
}

void FirmwareStore::restore(Firmware firmware) {
  const FirmwareIndex index{static_cast<std::uint32_t>(firmwares_.size())};
  if (!firmware.removed) by_id_.emplace(firmware.id, index);
  firmwares_.push_back(std::move(firmware));
}

}  // namespace fleetsim::platform::ota
