#include "platform-mock/store/code_tables.hpp"

#include <SQLiteCpp/Statement.h>

namespace fleetsim::platform {

CodeTables::CodeTables(SQLite::Database& database, const PlaceNumbers& numbers)
    : database_(database),
      numbers_(numbers),
      put_code_(database, "REPLACE INTO verification_code VALUES(?, ?, ?, ?, ?)"),
      drop_code_(database, "DELETE FROM verification_code WHERE distributor = ? AND recipient = ?"),
      drop_inbox_(database, "DELETE FROM inbox WHERE recipient = ?"),
      put_message_(database, "INSERT INTO inbox VALUES(?, ?, ?, ?, ?, ?)") {}

void CodeTables::save(const VerificationCodes& codes, AccountIndex distributor, AccountIndex recipient, const StoredTime& time) {
  const std::int64_t from = numbers_.of(distributor);
  const std::int64_t to = numbers_.of(recipient);
  if (const auto* const pending = codes.pending(distributor, recipient); pending != nullptr) {
    put_code_(from, to, pending->code, time.of(pending->expires), pending->wrong_tries);
  } else {
    drop_code_(from, to);
  }
  drop_inbox_(to);
  std::int64_t position = 0;
  for (const InboxMessage& message : codes.inbox(recipient))
    put_message_(to, position++, numbers_.of(message.from), message.code, time.of(message.sent), time.of(message.expires));
}

void CodeTables::load(VerificationCodes& codes, const StoredTime& time) {
  SQLite::Statement rows(database_, "SELECT distributor, recipient, code, expires_us, wrong_tries FROM verification_code");
  while (rows.executeStep())
    codes.restore(numbers_.account(rows.getColumn(0)), numbers_.account(rows.getColumn(1)),
                  {.code = rows.getColumn(2).getString(),
                   .expires = time.moment(rows.getColumn(3).getInt64()),
                   .wrong_tries = number_in(rows.getColumn(4))});
  SQLite::Statement messages(database_, "SELECT recipient, sender, code, sent_us, expires_us FROM inbox ORDER BY recipient, position");
  while (messages.executeStep())
    codes.restore_inbox(numbers_.account(messages.getColumn(0)), {.from = numbers_.account(messages.getColumn(1)),
                                                                  .code = messages.getColumn(2).getString(),
                                                                  .sent = time.moment(messages.getColumn(3).getInt64()),
                                                                  .expires = time.moment(messages.getColumn(4).getInt64())});
}

}  // namespace fleetsim::platform
