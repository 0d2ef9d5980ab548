#include "platform-mock/store/upload_tables.hpp"

#include <SQLiteCpp/Statement.h>
#include <cstddef>
#include <utility>

namespace fleetsim::platform {

UploadTables::UploadTables(SQLite::Database& database, const PlaceNumbers& numbers)
    : database_(database),
      numbers_(numbers),
      put_(database, "REPLACE INTO uploaded_file(name, owner, uploaded_us, content) VALUES(?, ?, ?, ?)"),
      drop_(database, "DELETE FROM uploaded_file WHERE name = ?") {}

void UploadTables::save(const UploadedFiles& uploads, const std::string& name, const StoredTime& time) {
  const UploadedFile* const file = uploads.find(name);
  if (file == nullptr) return drop_(name);
  put_(name, numbers_.of(file->owner), time.of(file->uploaded), RawBytes{file->content});
}

void UploadTables::load(UploadedFiles& uploads, const StoredTime& time) {
  SQLite::Statement rows(database_, "SELECT name, owner, uploaded_us, content FROM uploaded_file");
  while (rows.executeStep()) {
    const SQLite::Column content = rows.getColumn(3);
    const auto* const bytes = static_cast<const char*>(content.getBlob());
    UploadedFile file{.owner = numbers_.account(rows.getColumn(1)), .content = {}, .uploaded = time.moment(rows.getColumn(2).getInt64())};
    if (bytes != nullptr) file.content.assign(bytes, static_cast<std::size_t>(content.getBytes()));
    uploads.restore(rows.getColumn(0).getString(), std::move(file));
  }
}

}  // namespace fleetsim::platform
