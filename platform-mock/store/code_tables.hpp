// Verification codes and the inboxes that they were sent to, as rows.
//
//   CodeTables tables(database, numbers);
//   tables.load(distribution.codes(), registry, time);
//   tables.save(distribution.codes(), distributor, recipient, time);
#pragma once

#include "platform-mock/core/accounts/verification_codes.hpp"
#include "platform-mock/store/place_numbers.hpp"
#include "platform-mock/store/row_writer.hpp"
#include "platform-mock/store/stored_time.hpp"

namespace fleetsim::platform {

class CodeTables {
 public:
  /// Both must outlive this.
  CodeTables(SQLite::Database& database, const PlaceNumbers& numbers);

  void load(VerificationCodes& codes, const StoredTime& time);
  void save(const VerificationCodes& codes, AccountIndex distributor, AccountIndex recipient, const StoredTime& time);

 private:
  SQLite::Database& database_;
  const PlaceNumbers& numbers_;
  RowWriter put_code_;
  RowWriter drop_code_;
  RowWriter drop_inbox_;
  RowWriter put_message_;
};

}  // namespace fleetsim::platform
