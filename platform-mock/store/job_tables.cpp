#include "platform-mock/store/job_tables.hpp"

#include <SQLiteCpp/Statement.h>
#include <algorithm>
#include <utility>

#include "platform-mock/store/database.hpp"
#include "platform-mock/store/request_text.hpp"

namespace fleetsim::platform {

JobTables::JobTables(SQLite::Database& database, const PlaceNumbers& numbers)
    : database_(database),
      numbers_(numbers),
      put_job_(database, "REPLACE INTO job VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      put_target_(database, "REPLACE INTO job_target VALUES(?, ?, ?, ?)"),
      put_origin_(database, "REPLACE INTO job_origin VALUES(?, ?, ?, ?)"),
      put_device_(database, "REPLACE INTO job_device VALUES(?, ?, ?, ?, ?, ?)"),
      drop_devices_(database, "DELETE FROM job_device WHERE job = ?"),
      put_grant_(database, "REPLACE INTO firmware_grant VALUES(?, ?, ?)") {}

void JobTables::save(const Job& job, JobIndex index, const StoredTime& time) {
  put_job_(index.value, job.id, text_of(job.request), job.state, numbers_.of(job.source_account), numbers_.of(job.target_account),
           job.product.value, numbers_.of(job.source), job.next, time.of(job.created), time.of(job.changed), job.attempts, job.failure,
           job.stalled, job.deleted, time.of(job.next_batch_at));
  for (std::size_t i = 0; i < job.targets.size(); ++i) put_target_(index.value, i, numbers_.of(job.targets[i]), job.committed[i]);
  for (const auto& [from, devices] : job.committed_from) put_origin_(index.value, from.first, from.second, devices);
  save_outcomes(job, index);
}

void JobTables::save_outcomes(const Job& job, JobIndex index) {
  if (index.value >= written_.size()) written_.resize(index.value + std::size_t{1});
  Written& written = written_[index.value];
  if (job.deleted) {
    // Its record is gone. Which devices it has distributed is still known, also if none of its rows was written before.
    if (written.is_deleted) return;
    drop_devices_(index.value);
    for (std::size_t i = 0; i < job.devices.size(); ++i)
      put_device_(index.value, i, std::string_view{}, outcome_code::handed_over, std::string_view{}, std::optional{job.devices[i].value});
    written = {.is_deleted = true};
    return;
  }
  // New: all of them, those that wait as well.
  const std::size_t end = written.has_rows ? job.next : job.outcomes.size();
  for (std::size_t i = written.outcomes; i < end; ++i) {
    const JobDeviceOutcome& outcome = job.outcomes[i];
    std::optional<std::uint32_t> device;
    if (outcome.code == outcome_code::handed_over) device = job.devices[written.devices++].value;
    put_device_(index.value, i, outcome.device.view(), outcome.code, job.message_of(outcome), device);
  }
  written.has_rows = true;
  written.outcomes = job.next;
}

void JobTables::grant(AccountIndex distributor, AccountIndex recipient, const std::string& file) {
  put_grant_(numbers_.of(distributor), numbers_.of(recipient), file);
}

void JobTables::load(Distribution& distribution, const Registry& registry, const StoredTime& time) {
  SQLite::Statement rows(
      database_,
      "SELECT number, id, request, state, source_account, target_account, product, source, next, created_us, changed_us, "
      "attempts, failure, stalled, deleted, next_batch_us FROM job ORDER BY number");
  while (rows.executeStep()) {
    const std::uint32_t number = number_in(rows.getColumn(0));
    if (number != distribution.job_count()) throw_damaged("job number " + std::to_string(distribution.job_count()) + " is missing");
    Job job;
    job.id = rows.getColumn(1).getString();
    auto request = request_in(rows.getColumn(2).getString());
    if (!request) throw_damaged("the request of job " + job.id + " cannot be read");
    job.request = std::move(*request);
    job.state = enum_in(rows.getColumn(3), JobState::failed);
    job.source_account = numbers_.account(rows.getColumn(4));
    job.target_account = numbers_.account(rows.getColumn(5));
    job.product = ProductIndex{number_in(rows.getColumn(6))};
    if (job.product.value >= registry.product_count())
      throw_damaged("job " + job.id + " is of product number " + std::to_string(job.product.value));
    job.source = numbers_.instance(rows.getColumn(7));
    job.next = number_in(rows.getColumn(8));
    job.created = time.moment(rows.getColumn(9).getInt64());
    job.changed = time.moment(rows.getColumn(10).getInt64());
    job.attempts = number_in(rows.getColumn(11));
    job.failure = rows.getColumn(12).getString();
    job.stalled = flag_in(rows.getColumn(13));
    job.deleted = flag_in(rows.getColumn(14));
    // At once if it was due meanwhile, or if the clock was put back.
    job.next_batch_at = std::min(time.moment(rows.getColumn(15).getInt64()), Instant{});
    load_targets(job, number);
    load_outcomes(job, number, registry);
    if (!job.deleted && job.next > job.outcomes.size()) throw_damaged("job " + job.id + " has come further than it has devices");
    written_.push_back({.has_rows = !job.deleted, .is_deleted = job.deleted, .outcomes = job.next, .devices = job.devices.size()});
    distribution.restore_job(std::move(job));
  }
  SQLite::Statement grants(database_, "SELECT distributor, recipient, file FROM firmware_grant");
  while (grants.executeStep())
    distribution.firmware_grants().restore(numbers_.account(grants.getColumn(0)), numbers_.account(grants.getColumn(1)),
                                           grants.getColumn(2).getString());
}

void JobTables::load_targets(Job& job, std::uint32_t number) {
  SQLite::Statement targets(database_, "SELECT instance, committed FROM job_target WHERE job = ? ORDER BY position");
  targets.bind(1, number);
  while (targets.executeStep()) {
    job.targets.push_back(numbers_.instance(targets.getColumn(0)));
    job.committed.push_back(number_in(targets.getColumn(1)));
  }
  SQLite::Statement origins(database_, "SELECT country, target, devices FROM job_origin WHERE job = ?");
  origins.bind(1, number);
  while (origins.executeStep()) {
    const std::uint32_t target = number_in(origins.getColumn(1));
    if (target >= job.targets.size()) throw_damaged("job " + job.id + " counts devices at a target that it has not");
    job.committed_from[{origins.getColumn(0).getString(), target}] = number_in(origins.getColumn(2));
  }
}

void JobTables::load_outcomes(Job& job, std::uint32_t number, const Registry& registry) {
  SQLite::Statement rows(database_, "SELECT position, name, code, message, device FROM job_device WHERE job = ? ORDER BY position");
  rows.bind(1, number);
  while (rows.executeStep()) {
    if (!job.deleted) {
      if (number_in(rows.getColumn(0)) != job.outcomes.size()) throw_damaged("job " + job.id + " has lost a device");
      job.note(job.outcomes.emplace_back(JobDeviceOutcome{.device = DeviceName{rows.getColumn(1).getString()}}),
               static_cast<std::int32_t>(rows.getColumn(2).getInt()), rows.getColumn(3).getString());
    }
    if (rows.getColumn(4).isNull()) continue;
    const DeviceIndex device{number_in(rows.getColumn(4))};
    if (device.value >= registry.device_count()) throw_damaged("job " + job.id + " names device number " + std::to_string(device.value));
    job.devices.push_back(device);
  }
}

}  // namespace fleetsim::platform
