#include "platform-mock/store/database.hpp"

#include <filesystem>
#include <sqlite3.h>
#include <sys/stat.h>
#include <system_error>

namespace fleetsim::platform {
namespace {

constexpr int busy_wait_ms = 500;

std::string hint_for(int code) {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process uses this folder: stop it, or give each platform a --state folder of its own";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "the folder and its files must be writable for this user";
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return "make room on the disk, or look whether it is broken, and start again: what was confirmed to anybody is kept";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "put back a copy of the folder, or start with an empty one; fleetsim platform --check says what is wrong";
    case SQLITE_SCHEMA:
      return "use the fleetsim that wrote it, or give another --state folder";
    case SQLITE_MISMATCH:
      return "give the configuration that belongs to this folder, or another --state folder";
    default:
      return "look at the folder with the sqlite3 program";
  }
}

std::string path_in(const std::string& folder) { return (std::filesystem::path{folder} / database_file).string(); }

/// Device secrets are inside: for this user alone.
std::optional<StoreError> make_folder(const std::string& folder) {
  std::error_code failed;
  if (std::filesystem::is_directory(folder, failed)) return std::nullopt;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return StoreError{"cannot make the state folder " + folder + ": " + failed.message(), "give a path in a folder that is writable"};
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
  return std::nullopt;
}

}  // namespace

StoreError store_error(const std::string& folder, const SQLite::Exception& thrown) {
  return {path_in(folder) + ": " + thrown.what(), hint_for(thrown.getErrorCode())};
}

void throw_damaged(const std::string& what) { throw SQLite::Exception(what, SQLITE_CORRUPT); }
void throw_contradiction(const std::string& what) { throw SQLite::Exception(what, SQLITE_MISMATCH); }

Result<std::unique_ptr<SQLite::Database>, StoreError> open_database(const std::string& folder, DatabaseOptions options) {
  const bool may_create = options.open == OpenMode::create;
  std::error_code ignored;
  if (may_create) {
    if (auto problem = make_folder(folder)) return fail(*problem);
  } else if (!std::filesystem::exists(path_in(folder), ignored)) {
    return fail(StoreError{"there is no state in " + folder, "give the folder that fleetsim platform --state was given"});
  }
  std::unique_ptr<SQLite::Database> database;
  const mode_t before = ::umask(S_IRWXG | S_IRWXO);
  auto problem = guarded(folder, [&] {
    const int flags = SQLite::OPEN_READWRITE | (may_create ? SQLite::OPEN_CREATE : 0);
    database = std::make_unique<SQLite::Database>(path_in(folder), flags, busy_wait_ms);
    if (sqlite3_db_readonly(database->getHandle(), "main") == 1) throw SQLite::Exception("it can only be read", SQLITE_READONLY);
    // Exclusive: a second platform on the same folder is told so at once, and no shared memory is needed.
    database->exec("PRAGMA locking_mode = EXCLUSIVE");
    database->exec("PRAGMA journal_mode = WAL");
    database->exec(options.durability == Durability::full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    database->exec("BEGIN IMMEDIATE");  // takes the lock, and finds out whether anything can be written
    database->exec("COMMIT");
  });
  ::umask(before);
  if (problem) return fail(*problem);
  return database;
}

}  // namespace fleetsim::platform
