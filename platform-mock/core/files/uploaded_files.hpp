// The files that users have uploaded to be sent to devices: by name, with their bytes, and how many firmwares refer to each. One that no
// firmware refers to is forgotten after a while.
//
//   UploadedFiles uploads;
//   uploads.put("x7.bin", {.owner = account, .content = bytes, .uploaded = now});
//   uploads.use("x7.bin");                        // a firmware refers to it now
//   uploads.release("x7.bin");                    // it was deleted; with the last one the file goes
//   uploads.forget_unused(now, an_hour);
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"

namespace fleetsim::platform {

struct UploadedFile {
  AccountIndex owner;
  std::string content;
  Instant uploaded{};
  std::size_t firmwares = 0;  // that refer to it
};

class UploadedFiles {
 public:
  using ByName = std::map<std::string, UploadedFile, std::less<>>;

  /// Takes the place of one of the same name.
  void put(std::string_view name, UploadedFile file);
  /// Null: there is none.
  const UploadedFile* find(std::string_view name) const;
  void use(std::string_view name);
  /// With the last firmware the file goes.
  void release(std::string_view name);
  void forget_unused(Instant now, Duration kept);

  const ByName& all() const { return files_; }
  /// Of all files.
  std::size_t bytes() const { return bytes_; }

  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }
  /// Puts back what was kept; nobody is told. Whoever puts back the firmwares says use().
  void restore(std::string name, UploadedFile file);

 private:
  void changed(std::string_view name) {
    if (journal_ != nullptr) journal_->upload_changed(name);
  }

  ByName files_;
  std::size_t bytes_ = 0;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform
