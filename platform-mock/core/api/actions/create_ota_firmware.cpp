#include <algorithm>
#include <cctype>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/files/firmware_files.hpp"

namespace fleetsim::platform {
namespace {

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool is_version(std::string_view text) {
  constexpr std::size_t characters_max = 64;
  return !text.empty() && text.size() <= characters_max && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
  });
}

/// The text that the caller wants devices to get, as they get it.
std::string udi_object(std::string_view text) {
  JsonWriter object;
  object.begin();
  object.member("_package_udi", text);
  return std::string{object.finish()};
}

std::string_view or_default(std::string_view text, std::string_view fallback) { return text.empty() ? fallback : text; }

ota::FirmwareFacts facts_in(ActionCall& call) {
  ota::FirmwareFacts facts;
  call.in.required("FirmwareName");
  facts.name = call.in.text("FirmwareName", {.characters_min = 1, .characters_max = 40});
  facts.description = call.in.text("FirmwareDesc", {.characters_min = 0, .characters_max = 100});
  facts.module = or_default(call.in.optional("ModuleName"), "default");
  facts.version = call.in.required("DestVersion");
  const bool is_difference = call.in.whole("Type", {.min = 0, .max = 1}, 0) == 1;
  if (is_difference) facts.source_version = call.in.required("SrcVersion");
  const std::string_view udi = call.in.text("Udi", {.characters_min = 0, .characters_max = 1024});
  if (!udi.empty()) facts.extra_data = udi_object(udi);
  facts.verification = call.in.flag("NeedToVerify", true) ? ota::Verification::needed : ota::Verification::not_needed;
  if (!is_version(facts.version) || !is_version(facts.module) || (is_difference && !is_version(facts.source_version)))
    call.in.wrong(ApiError::business(wrong_format, "versions and modules have 1 to 64 letters, digits or . - _"));
  call.in.not_served("MultiFiles.1.Url", "a firmware is one file");
  return facts;
}

/// What the caller says of the file must be so: else devices would find out.
std::optional<ApiError> problem_with_file(ActionCall& call, const UploadedFile& file, ota::FirmwareFacts& facts) {
  const std::string_view method = or_default(call.in.optional("SignMethod"), "Md5");
  const bool by_sha256 = same_letters(method, "Sha256");
  if (!by_sha256 && !same_letters(method, "Md5")) return ApiError::business(wrong_format, "\"SignMethod\" must be Md5 or Sha256");
  facts.size = file.content.size();
  facts.md5 = call.digest_of(DigestMethod::md5, file.content);
  if (by_sha256) facts.sha256 = call.digest_of(DigestMethod::sha256, file.content);
  const std::string_view sign = call.in.optional("FirmwareSign");
  if (!sign.empty() && !same_letters(sign, by_sha256 ? facts.sha256 : facts.md5))
    return ApiError::business("iot.ota.FirmwareSignMismatch", "\"FirmwareSign\" is not the digest of the uploaded file");
  const auto size = call.in.whole("FirmwareSize", {.min = 1}, static_cast<std::int64_t>(facts.size));
  if (call.in.failed()) return call.in.error();
  if (static_cast<std::uint64_t>(size) != facts.size)
    return ApiError::business("iot.ota.FirmwareSizeMismatch", "the uploaded file has " + std::to_string(facts.size) + " bytes");
  return std::nullopt;
}

}  // namespace

/// A recipient may create firmware for a product that it has got: whether it may send it to devices is asked then.
ActionResult create_ota_firmware(ActionCall& call) {
  const std::string_view url = call.in.required("FirmwareUrl");
  ota::FirmwareFacts facts = facts_in(call);
  const auto product = product_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  FirmwareFiles& files = call.platform.firmware_files();
  const UploadedFile* const file = files.uploaded(url, call.account);
  if (file == nullptr)
    return ApiError::business("iot.ota.FirmwareFileNotExist", "nothing was uploaded to \"FirmwareUrl\": GenerateOTAUploadURL tells how");
  if (auto problem = problem_with_file(call, *file, facts)) return problem;
  facts.url = url;
  facts.file = FirmwareFiles::name_in(url);
  const std::string name = facts.file;
  auto added = call.platform.firmwares().add(std::move(facts), call.account, product->index, call.now);
  if (!added) return ApiError::of(added.error());
  files.uploads().use(name);
  call.out.object("Data").member("FirmwareId", call.platform.firmwares().at(*added).id);
  call.out.member("UtcCreate", utc_text(call.unix_ms(call.now))).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
