#include "platform-mock/core/files/uploaded_files.hpp"

#include <utility>

namespace fleetsim::platform {

void UploadedFiles::put(std::string_view name, UploadedFile file) {
  changed(name);
  if (const UploadedFile* const known = find(name); known != nullptr) bytes_ -= known->content.size();
  restore(std::string{name}, std::move(file));
}

const UploadedFile* UploadedFiles::find(std::string_view name) const {
  const auto at = files_.find(name);
  return at == files_.end() ? nullptr : &at->second;
}

void UploadedFiles::use(std::string_view name) {
  if (const auto at = files_.find(name); at != files_.end()) ++at->second.firmwares;
}

void UploadedFiles::release(std::string_view name) {
  const auto at = files_.find(name);
  if (at == files_.end() || at->second.firmwares == 0 || --at->second.firmwares > 0) return;
  changed(at->first);
  bytes_ -= at->second.content.size();
  files_.erase(at);
}

void UploadedFiles::forget_unused(Instant now, Duration kept) {
  std::erase_if(files_, [&](const auto& known) {
    const UploadedFile& file = known.second;
    if (file.firmwares > 0 || file.uploaded + kept > now) return false;
    changed(known.first);
    bytes_ -= file.content.size();
    return true;
  });
}

void UploadedFiles::restore(std::string name, UploadedFile file) {
  bytes_ += file.content.size();
  files_.insert_or_assign(std::move(name), std::move(file));
}

}  // namespace fleetsim::platform
