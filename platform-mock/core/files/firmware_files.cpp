#include "platform-mock/core/files/firmware_files.hpp"

#include <array>
#include <chrono>
#include <utility>

#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/http/multipart.hpp"
#include "platform-mock/core/random_ids.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t access_key_id_length = 16;
constexpr std::size_t secret_length = 43;  // about 256 bits

std::int64_t ms_of(Instant at) { return std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count(); }

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string_view value_of(const MultipartForm& form, std::string_view name) {
  const FormPart* const part = form.find(name);
  return part == nullptr ? std::string_view{} : part->content;
}

/// Behind the last '/'.
std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

FirmwareFiles::FirmwareFiles(const PlatformConfig& config, const Ports& ports, const FileServer& files)
    : config_(config),
      ports_(ports),
      files_(files),
      access_key_id_(RandomIds(seed_of_start(ports.seed, ports.starts), "upload access key").text(access_key_id_length)),
      secret_(RandomIds(seed_of_start(ports.seed, ports.starts), "upload secret").text(secret_length)) {}

std::optional<UploadPermit> FirmwareFiles::permit(AccountIndex account, const std::string& name, Instant now) {
  forget_what_is_over(now);
  if (permits_.size() >= config_.limits.upload_permits) return std::nullopt;
  UploadPermit told;
  told.host = host();
  told.key = key_of(account, name);
  told.url = told.host + "/" + told.key;
  const Instant expires = now + config_.api.upload_lifetime;
  const std::string policy = R"({"expiration":")" + utc_text(unix_epoch_ms_ + ms_of(expires)) +
                             R"(","conditions":[["content-length-range",1,)" + std::to_string(config_.limits.management_body_bytes) +
                             R"(],["eq","$key",")" + told.key + R"("]]})";
  told.policy = base64_of(bytes_of(policy));
  told.signature = signature_of(told.policy);
  told.access_key_id = access_key_id_;
  permits_.insert_or_assign(name, Permit{account, told.policy, expires});
  return told;
}

const UploadedFile* FirmwareFiles::uploaded(std::string_view url, AccountIndex account) const {
  const std::string_view name = name_in(url);
  const UploadedFile* const file = uploads_.find(name);
  const bool is_there = file != nullptr && file->owner == account && url == host() + "/" + key_of(account, name);
  return is_there ? file : nullptr;
}

std::string_view FirmwareFiles::name_in(std::string_view url) { return last_part(url); }

std::string FirmwareFiles::host() const { return files_.origin(UrlScheme::plain_if_served).append(path_prefix); }

std::string FirmwareFiles::key_of(AccountIndex account, std::string_view name) const {
  return "ota/" + std::string{config_.accounts[account.value].id.view()} + "/" + std::string{name};
}

HttpAnswer FirmwareFiles::answer(const HttpCall& call) {
  const std::string_view path = call.request.path();
  forget_what_is_over(call.now);
  if (call.request.method == HttpMethod::post && (path == path_prefix || path == "/oss/")) return take(call.request, call.now);
  if (call.request.method == HttpMethod::post) {
    HttpAnswer wrong = refuse(405, "MethodNotAllowed", "a file is uploaded by POST to the host alone; its name is in the form");
    wrong.allow = "POST";
    return wrong;
  }
  return refuse(403, "AccessDenied", "an uploaded file is read by the URL that devices get");
}

HttpAnswer FirmwareFiles::take(const HttpRequest& request, Instant now) {
  const auto form = read_multipart(request.header("content-type"), request.body);
  if (!form) return refuse(400, "MalformedPOSTRequest", "the body is no multipart/form-data");
  const FormPart* const file = form->find("file");
  const std::string_view key = value_of(*form, "key");
  const std::string_view policy = value_of(*form, "policy");
  if (file == nullptr || key.empty() || policy.empty())
    return refuse(400, "InvalidArgument", "the form needs the fields key, policy, OSSAccessKeyId, Signature and file");
  if (value_of(*form, "OSSAccessKeyId") != access_key_id_) return refuse(403, "InvalidAccessKeyId", "this access key was not given out");
  const std::string wanted = signature_of(policy);
  if (wanted.empty() || !equal_in_constant_time(value_of(*form, "Signature"), wanted))
    return refuse(403, "SignatureDoesNotMatch", "the signature is not that of this policy");
  // A policy was made for one key: whoever has it can write there and nowhere else.
  const auto permit = permits_.find(last_part(key));
  if (permit == permits_.end()) return refuse(403, "AccessDenied", "Invalid according to Policy: Policy expired.");
  if (permit->second.policy != policy || key != key_of(permit->second.account, permit->first))
    return refuse(403, "AccessDenied", "Invalid according to Policy: the key is another one.");
  return keep({.key = key, .content = file->content, .wanted_status = value_of(*form, "success_action_status")}, permit->second, now);
}

HttpAnswer FirmwareFiles::keep(const Form& form, const Permit& permit, Instant now) {
  if (form.content.empty()) return refuse(400, "EntityTooSmall", "the file is empty");
  const UploadedFile* const known = uploads_.find(last_part(form.key));
  const std::size_t replaced = known == nullptr ? 0 : known->content.size();
  if (known != nullptr && known->firmwares > 0) return refuse(409, "FileAlreadyExists", "a firmware refers to the file already");
  if (uploads_.bytes() - replaced + form.content.size() > config_.limits.firmware_store_bytes) {
    if (counts_ != nullptr) counts_->reached(LimitKind::firmware_store_bytes);
    return refuse(403, "QuotaExceeded", "there is no room: delete firmware, or raise limits.firmware_store_bytes");
  }
  uploads_.put(last_part(form.key), {.owner = permit.account, .content = std::string{form.content}, .uploaded = now});
  std::array<std::uint8_t, digest_bytes_max> digest{};
  headers_.clear();
  if (ports_.digest.compute != nullptr) {
    const std::size_t size = ports_.digest.compute(ports_.digest.context, DigestMethod::md5, bytes_of(form.content), digest);
    headers_.append("ETag: \"").append(upper(hex_of(ByteView{digest}.first(size)))).append("\"\r\n");
  }
  if (form.wanted_status == "200") return {.status = 200, .content_type = "text/plain", .more_headers = headers_};
  if (form.wanted_status != "201") return {.status = 204, .more_headers = headers_};
  body_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Key>" + std::string{form.key} + "</Key></PostResponse>\n";
  return {.status = 201, .body = body_, .content_type = "application/xml", .more_headers = headers_};
}

std::optional<ServedFile> FirmwareFiles::open(std::string_view name, std::string&) const {
  const UploadedFile* const file = uploads_.find(name);
  if (file == nullptr) return std::nullopt;
  return ServedFile{.content = file->content, .download_name = std::string{name}};
}

std::string FirmwareFiles::url_of(std::string_view file, std::int64_t unix_ms) const {
  const auto lifetime = std::chrono::floor<std::chrono::milliseconds>(config_.api.firmware_url_lifetime).count();
  return files_.url(firmware_file_folder, file, unix_ms + lifetime, UrlScheme::tls_if_served);
}

std::string FirmwareFiles::signature_of(std::string_view policy) const {
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  if (ports_.hmac.compute == nullptr) return {};
  const std::size_t size = ports_.hmac.compute(ports_.hmac.context, HmacMethod::sha1, bytes_of(secret_), bytes_of(policy), mac);
  return base64_of(ByteView{mac}.first(size));
}

void FirmwareFiles::forget_what_is_over(Instant now) {
  std::erase_if(permits_, [now](const auto& permit) { return permit.second.expires <= now; });
  uploads_.forget_unused(now, config_.api.unused_upload_kept);
}

HttpAnswer FirmwareFiles::refuse(std::uint16_t status, std::string_view code, std::string_view message) {
  body_.assign("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>").append(code).append("</Code><Message>");
  body_.append(message).append("</Message></Error>\n");
  return {.status = status, .body = body_, .content_type = "application/xml"};
}

}  // namespace fleetsim::platform
