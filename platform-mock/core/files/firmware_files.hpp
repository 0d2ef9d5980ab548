// Files that users upload to be sent to devices, the way the vendor's object store takes them: a form with a policy that the platform has
// signed (POST to `host`), good for a minute and for one name. A file that no firmware refers to is forgotten after an hour.
//
//   const UploadPermit permit = *files.permit(account, "x7.bin", now);     // what GenerateOTAUploadURL answers
//   … the user posts the form …
//   if (const UploadedFile* file = files.uploaded(url, account)) use(file->content);
//   files.uploads().use("x7.bin");                                          // a firmware refers to it now
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/files/file_server.hpp"
#include "platform-mock/core/files/uploaded_files.hpp"
#include "platform-mock/core/http/http_part.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/ports.hpp"

namespace fleetsim::platform {

inline constexpr std::string_view firmware_file_folder = "firmware";

struct UploadPermit {
  std::string host;    // where to post the form
  std::string key;     // "ota/198000/x7.bin"
  std::string url;     // host/key: what CreateOTAFirmware is told
  std::string policy;  // base64
  std::string signature;
  std::string access_key_id;
};

class FirmwareFiles final : public HttpPart, public FileSource, public ota::FirmwareUrls {
 public:
  static constexpr std::string_view path_prefix = "/oss";

  /// All must outlive this.
  FirmwareFiles(const PlatformConfig& config, const Ports& ports, const FileServer& files);
  /// Who counts the limits that were reached. It must outlive this.
  void count(LimitCounts* counts) { counts_ = counts; }
  void set_unix_epoch_ms(std::int64_t unix_ms) { unix_epoch_ms_ = unix_ms; }

  /// `name` is new and hard to guess; letters, digits and - _ . only. Nothing: too many are open.
  std::optional<UploadPermit> permit(AccountIndex account, const std::string& name, Instant now);
  /// By the URL of a permit; null when nothing was uploaded there, or by another account.
  const UploadedFile* uploaded(std::string_view url, AccountIndex account) const;
  /// The file's name behind such a URL.
  static std::string_view name_in(std::string_view url);
  UploadedFiles& uploads() { return uploads_; }

  HttpAnswer answer(const HttpCall& call) override;
  std::optional<ServedFile> open(std::string_view name, std::string& scratch) const override;
  std::string url_of(std::string_view file, std::int64_t unix_ms) const override;

 private:
  struct Permit {
    AccountIndex account;
    std::string policy;
    Instant expires{};
  };
  struct Form {
    std::string_view key;
    std::string_view content;
    std::string_view wanted_status;
  };

  std::string host() const;
  std::string key_of(AccountIndex account, std::string_view name) const;
  std::string signature_of(std::string_view policy) const;
  void forget_what_is_over(Instant now);
  HttpAnswer take(const HttpRequest& request, Instant now);
  HttpAnswer keep(const Form& form, const Permit& permit, Instant now);
  HttpAnswer refuse(std::uint16_t status, std::string_view code, std::string_view message);

  const PlatformConfig& config_;
  Ports ports_;
  const FileServer& files_;
  std::string access_key_id_;
  std::string secret_;
  std::map<std::string, Permit, std::less<>> permits_;  // by name
  UploadedFiles uploads_;
  std::int64_t unix_epoch_ms_ = 0;
  LimitCounts* counts_ = nullptr;
  std::string body_;
  std::string headers_;
};

}  // namespace fleetsim::platform
