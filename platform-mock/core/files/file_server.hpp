// Files for whoever has their URL: job records, firmware. A URL is signed and says how long it is good, so nothing has to be remembered
// for it; what is behind it is made, or looked up, when it is asked for. Ranges are served, one at a time.
//
//   FileServer files(hmac, seed, 2 * 1024 * 1024);
//   files.add("job", records);                                   // records: a FileSource
//   files.url("job", job_id, expires_unix_ms)                    // http://127.0.0.1:18080/files/job/…?Expires=…&Signature=…
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/hmac_port.hpp"
#include "platform-mock/core/files/management_endpoint.hpp"
#include "platform-mock/core/http/http_part.hpp"

namespace fleetsim::platform {

struct ServedFile {
  std::string_view content;  // of the source's own memory, or of `scratch`
  std::string_view content_type = "application/octet-stream";
  std::string download_name;
};

/// One kind of files.
class FileSource {
 public:
  virtual ~FileSource() = default;
  /// Nothing when there is no such file. `scratch` is the caller's; it may hold the content.
  virtual std::optional<ServedFile> open(std::string_view name, std::string& scratch) const = 0;
};

enum class UrlScheme : std::uint8_t { plain_if_served, tls_if_served };

class FileServer final : public HttpPart {
 public:
  static constexpr std::string_view path_prefix = "/files/";

  /// `answer_bytes_max`: a longer answer would make a slow reader a reason to cut it, so that whoever wants it asks for ranges.
  FileServer(const HmacPort& hmac, std::uint64_t seed, std::size_t answer_bytes_max);

  /// `source` must outlive this. Names may hold letters, digits and - _ .
  void add(std::string folder, const FileSource& source);
  void advertise(ManagementEndpoint endpoint) { endpoint_ = std::move(endpoint); }
  void set_unix_epoch_ms(std::int64_t unix_ms) { unix_epoch_ms_ = unix_ms; }

  std::string url(std::string_view folder, std::string_view name, std::int64_t expires_unix_ms,
                  UrlScheme scheme = UrlScheme::plain_if_served) const;
  /// "http://127.0.0.1:18080"
  std::string origin(UrlScheme scheme) const;
  HttpAnswer answer(const HttpCall& call) override;

 private:
  const FileSource* find(std::string_view folder) const;
  std::string signature(std::string_view path, std::string_view expires) const;
  HttpAnswer refuse(std::uint16_t status, std::string_view code, std::string_view message);
  HttpAnswer serve(const HttpRequest& request, const ServedFile& file);

  HmacPort hmac_;
  std::string key_;
  std::size_t answer_bytes_max_;
  std::vector<std::pair<std::string, const FileSource*>> sources_;
  ManagementEndpoint endpoint_;
  std::int64_t unix_epoch_ms_ = 0;
  std::string scratch_;
  std::string headers_;
  std::string body_;
};

}  // namespace fleetsim::platform
