// Files that were uploaded to be sent to devices as rows, their bytes as they are. How many firmwares refer to one follows from the
// firmwares.
//
//   UploadTables tables(database, numbers);
//   tables.load(uploads, time);
//   tables.save(uploads, "x7.bin", time);
#pragma once

#include <string>

#include "platform-mock/core/files/uploaded_files.hpp"
#include "platform-mock/store/place_numbers.hpp"
#include "platform-mock/store/row_writer.hpp"
#include "platform-mock/store/stored_time.hpp"

namespace fleetsim::platform {

class UploadTables {
 public:
  /// Both must outlive this.
  UploadTables(SQLite::Database& database, const PlaceNumbers& numbers);

  /// Before the firmwares.
  void load(UploadedFiles& uploads, const StoredTime& time);
  void save(const UploadedFiles& uploads, const std::string& name, const StoredTime& time);

 private:
  SQLite::Database& database_;
  const PlaceNumbers& numbers_;
  RowWriter put_;
  RowWriter drop_;
};

}  // namespace fleetsim::platform
