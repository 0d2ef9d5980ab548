// The tables of the store, as the list of steps that led to them. A state folder written by an older version is brought up to date when
// it is opened, all steps in one transaction; one written by a newer version is refused.
//
//   migrate(database, schema_version_of(database));
//
// Adding a step: append it to the list in schema.cpp, never change one that was released, and give it a test (README.md).
#pragma once

#include <SQLiteCpp/Database.h>
#include <span>

namespace fleetsim::platform {

struct Migration {
  int version;
  const char* what;  // for people
  const char* sql;   // statements, separated by semicolons
};

/// In the order of their versions, from 1, without gaps.
std::span<const Migration> migrations();
int schema_version_newest();
/// Nothing is there yet: 0. Another program's file: negative.
int schema_version_of(SQLite::Database& database);
/// Throws when the file is another program's, or from a newer version.
void require_known_schema(SQLite::Database& database);
/// The steps after `from` up to `to`. Inside the caller's transaction.
void migrate(SQLite::Database& database, int from, int to);

}  // namespace fleetsim::platform
