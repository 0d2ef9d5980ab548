#include <algorithm>
#include <array>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/files/firmware_files.hpp"

namespace fleetsim::platform {

/// Where and how to upload a file, as the vendor's object store takes it: files/firmware_files.hpp.
ActionResult generate_ota_upload_url(ActionCall& call) {
  constexpr std::array<std::string_view, 8> suffixes = {"bin", "dav", "apk", "tar", "gz", "tar.gz", "zip", "gzip"};
  const std::string_view given = call.in.optional("FileSuffix");
  const std::string_view suffix = given.empty() ? "bin" : given;
  const auto place = place_of(call);
  if (!place) return place.error();
  if (std::find(suffixes.begin(), suffixes.end(), suffix) == suffixes.end())
    return ApiError::business("iot.check.InvalidFormattedParameter", "\"FileSuffix\" must be bin, dav, apk, tar, gz, tar.gz, zip or gzip");
  const auto permit = call.platform.firmware_files().permit(call.account, call.state.new_file_name() + "." + std::string{suffix}, call.now);
  if (!permit) return ApiError::business("iot.system.SystemException", "too many uploads are open: wait a minute");
  call.out.object("Data").member("Host", permit->host).member("Key", permit->key).member("FirmwareUrl", permit->url);
  call.out.member("OSSAccessKeyId", permit->access_key_id).member("Policy", permit->policy).member("Signature", permit->signature);
  call.out.member("ObjectStorage", "OSS").member("UtcCreate", utc_text(call.unix_ms(call.now))).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
