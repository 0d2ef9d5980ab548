#include "platform-mock/store/schema.hpp"

#include <SQLiteCpp/Statement.h>
#include <array>
#include <sqlite3.h>
#include <string>

#include "platform-mock/store/database.hpp"

namespace fleetsim::platform {
namespace {

// Numbers of products, devices and jobs are the platform's own indices, tombstones included. Those of accounts and instances are the
// store's, for the configuration may list them in another order next time. Times are Unix time in microseconds.
constexpr const char* registry_and_jobs = R"sql(
CREATE TABLE schema_version(version INTEGER NOT NULL);
INSERT INTO schema_version VALUES(0);
CREATE TABLE start(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE account(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
CREATE TABLE instance(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, region TEXT NOT NULL, owner TEXT);
CREATE TABLE product(number INTEGER PRIMARY KEY, key TEXT NOT NULL, name TEXT NOT NULL, secret TEXT NOT NULL, owner INTEGER NOT NULL,
  created_us INTEGER NOT NULL, node_type INTEGER NOT NULL, data_format INTEGER NOT NULL, auth_type INTEGER NOT NULL,
  dynamic_registration INTEGER NOT NULL, description TEXT NOT NULL, tsl TEXT NOT NULL, parsing_script TEXT NOT NULL,
  model_frozen INTEGER NOT NULL, removed INTEGER NOT NULL);
CREATE UNIQUE INDEX product_by_key ON product(key) WHERE removed = 0;
CREATE TABLE product_copy(product INTEGER NOT NULL, position INTEGER NOT NULL, instance INTEGER NOT NULL, account INTEGER NOT NULL,
  since_us INTEGER NOT NULL, PRIMARY KEY(product, position)) WITHOUT ROWID;
CREATE TABLE product_topic(product INTEGER NOT NULL, position INTEGER NOT NULL, id INTEGER NOT NULL, topic TEXT NOT NULL,
  operation INTEGER NOT NULL, description TEXT NOT NULL, PRIMARY KEY(product, position)) WITHOUT ROWID;
CREATE TABLE device(number INTEGER PRIMARY KEY, product INTEGER NOT NULL, account INTEGER NOT NULL, name TEXT NOT NULL,
  secret TEXT NOT NULL, created_us INTEGER NOT NULL, instance INTEGER NOT NULL, job INTEGER, enabled INTEGER NOT NULL,
  activated INTEGER NOT NULL, removed INTEGER NOT NULL, handover_step INTEGER NOT NULL, moves INTEGER NOT NULL);
CREATE TABLE residence(device INTEGER NOT NULL, instance INTEGER NOT NULL, account INTEGER NOT NULL, activated INTEGER NOT NULL,
  stays INTEGER NOT NULL, PRIMARY KEY(device, instance, account)) WITHOUT ROWID;
CREATE TABLE sharing(device INTEGER PRIMARY KEY, kind INTEGER NOT NULL, account INTEGER NOT NULL);
CREATE TABLE job(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, request TEXT NOT NULL, state INTEGER NOT NULL,
  source_account INTEGER NOT NULL, target_account INTEGER NOT NULL, product INTEGER NOT NULL, source INTEGER NOT NULL,
  next INTEGER NOT NULL, created_us INTEGER NOT NULL, changed_us INTEGER NOT NULL, attempts INTEGER NOT NULL, failure TEXT NOT NULL,
  stalled INTEGER NOT NULL, deleted INTEGER NOT NULL, next_batch_us INTEGER NOT NULL);
CREATE TABLE job_target(job INTEGER NOT NULL, position INTEGER NOT NULL, instance INTEGER NOT NULL, committed INTEGER NOT NULL,
  PRIMARY KEY(job, position)) WITHOUT ROWID;
CREATE TABLE job_origin(job INTEGER NOT NULL, country TEXT NOT NULL, target INTEGER NOT NULL, devices INTEGER NOT NULL,
  PRIMARY KEY(job, country, target)) WITHOUT ROWID;
CREATE TABLE job_device(job INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, code INTEGER NOT NULL,
  message TEXT NOT NULL, device INTEGER, PRIMARY KEY(job, position)) WITHOUT ROWID;
CREATE TABLE firmware_grant(distributor INTEGER NOT NULL, recipient INTEGER NOT NULL, file TEXT NOT NULL,
  PRIMARY KEY(distributor, recipient, file)) WITHOUT ROWID;
)sql";

// What a place keeps of a device as JSON: it is looked at whole or not at all.
constexpr const char* runtime_data = R"sql(
CREATE TABLE stay(device INTEGER NOT NULL, instance INTEGER NOT NULL, account INTEGER NOT NULL, active_ms INTEGER NOT NULL,
  online_ms INTEGER NOT NULL, offline_ms INTEGER NOT NULL, properties TEXT NOT NULL, details TEXT NOT NULL,
  PRIMARY KEY(device, instance, account)) WITHOUT ROWID;
CREATE TABLE label(device INTEGER PRIMARY KEY, tags TEXT NOT NULL, groups TEXT NOT NULL);
CREATE TABLE gateway(number INTEGER PRIMARY KEY AUTOINCREMENT, sub_device INTEGER NOT NULL UNIQUE, gateway INTEGER NOT NULL);
CREATE TABLE token(device INTEGER PRIMARY KEY, client_id TEXT NOT NULL, text TEXT NOT NULL);
)sql";

constexpr const char* codes_firmware_and_names = R"sql(
CREATE TABLE verification_code(distributor INTEGER NOT NULL, recipient INTEGER NOT NULL, code TEXT NOT NULL, expires_us INTEGER NOT NULL,
  wrong_tries INTEGER NOT NULL, PRIMARY KEY(distributor, recipient)) WITHOUT ROWID;
CREATE TABLE inbox(recipient INTEGER NOT NULL, position INTEGER NOT NULL, sender INTEGER NOT NULL, code TEXT NOT NULL,
  sent_us INTEGER NOT NULL, expires_us INTEGER NOT NULL, PRIMARY KEY(recipient, position)) WITHOUT ROWID;
CREATE TABLE firmware(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner INTEGER NOT NULL, product INTEGER NOT NULL,
  created_us INTEGER NOT NULL, removed INTEGER NOT NULL, verified INTEGER NOT NULL, name TEXT NOT NULL, module TEXT NOT NULL,
  version TEXT NOT NULL, source_version TEXT NOT NULL, url TEXT NOT NULL, size INTEGER NOT NULL, md5 TEXT NOT NULL, sha256 TEXT NOT NULL,
  extra_data TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE upgrade(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, firmware INTEGER NOT NULL,
  instance INTEGER NOT NULL, account INTEGER NOT NULL, created_us INTEGER NOT NULL);
CREATE TABLE upgrade_task(number INTEGER PRIMARY KEY, upgrade INTEGER NOT NULL, device INTEGER NOT NULL, state INTEGER NOT NULL,
  step INTEGER NOT NULL, description TEXT NOT NULL, from_version TEXT NOT NULL, changed_us INTEGER NOT NULL);
CREATE TABLE remote_config(product INTEGER PRIMARY KEY, id TEXT NOT NULL, url TEXT NOT NULL, size INTEGER NOT NULL, sign TEXT NOT NULL,
  state INTEGER NOT NULL);
CREATE TABLE nickname(device INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE application(number INTEGER PRIMARY KEY, account INTEGER NOT NULL, product INTEGER NOT NULL, instance INTEGER NOT NULL,
  place_account INTEGER NOT NULL, state INTEGER NOT NULL, names TEXT NOT NULL, invalid TEXT NOT NULL, nicknames TEXT NOT NULL);
)sql";

// What the management actions bring. Version 3 kept neither the groups nor the uploaded files: a device is in no group that nobody can
// find, and a firmware of that time stays with the URL that its file had. It had not kept when a task was set or had begun either: the
// nearest time that it knew stands for it.
constexpr const char* what_actions_bring = R"sql(
CREATE TABLE device_group(number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  description TEXT NOT NULL, super_id TEXT NOT NULL, instance INTEGER NOT NULL, account INTEGER NOT NULL, created_ms INTEGER NOT NULL,
  tags TEXT NOT NULL);
UPDATE label SET groups = '[]';
DELETE FROM label WHERE tags = '[]';
CREATE TABLE uploaded_file(name TEXT PRIMARY KEY, owner INTEGER NOT NULL, uploaded_us INTEGER NOT NULL, content BLOB NOT NULL);
ALTER TABLE firmware ADD COLUMN file TEXT NOT NULL DEFAULT '';
ALTER TABLE firmware ADD COLUMN verification INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upgrade ADD COLUMN canceled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upgrade ADD COLUMN overwrite INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upgrade ADD COLUMN selection INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upgrade ADD COLUMN push INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upgrade ADD COLUMN timeout_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upgrade ADD COLUMN source_versions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE upgrade ADD COLUMN target_selection TEXT NOT NULL DEFAULT '';
ALTER TABLE upgrade_task ADD COLUMN created_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upgrade_task ADD COLUMN begun_us INTEGER;
UPDATE upgrade_task SET created_us = coalesce((SELECT created_us FROM upgrade WHERE number = upgrade_task.upgrade), changed_us);
UPDATE upgrade_task SET begun_us = changed_us WHERE state = 2;
)sql";

// Version 4 kept where a remote configuration was, not the file; there was no way to set one.
constexpr const char* remote_config_files = R"sql(
DROP TABLE remote_config;
CREATE TABLE remote_config(product INTEGER PRIMARY KEY, id TEXT NOT NULL, content TEXT NOT NULL, sign TEXT NOT NULL, state INTEGER NOT NULL);
)sql";

constexpr std::array all = {
    Migration{1, "accounts, products, devices, jobs", registry_and_jobs},
    Migration{2, "runtime data, labels, topology, tokens", runtime_data},
    Migration{3, "verification codes, firmware, remote configurations, nicknames, applications", codes_firmware_and_names},
    Migration{4, "device groups, uploaded files, options of upgrades", what_actions_bring},
    Migration{5, "remote configurations with their files", remote_config_files},
};

}  // namespace

std::span<const Migration> migrations() { return all; }

int schema_version_newest() { return all.back().version; }

int schema_version_of(SQLite::Database& database) {
  if (database.tableExists("schema_version")) return database.execAndGet("SELECT version FROM schema_version").getInt();
  const bool is_empty = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
  return is_empty ? 0 : -1;
}

void require_known_schema(SQLite::Database& database) {
  const int version = schema_version_of(database);
  if (version < 0) throw SQLite::Exception("this is another program's file", SQLITE_NOTADB);
  if (version <= schema_version_newest()) return;
  throw SQLite::Exception("written by a newer fleetsim: its schema is " + std::to_string(version) + ", this one knows " +
                              std::to_string(schema_version_newest()),
                          SQLITE_SCHEMA);
}

void migrate(SQLite::Database& database, int from, int to) {
  for (const Migration& step : all) {
    if (step.version <= from || step.version > to) continue;
    database.exec(step.sql);
    SQLite::Statement set(database, "UPDATE schema_version SET version = ?");
    set.bind(1, step.version);
    set.exec();
  }
}

}  // namespace fleetsim::platform
