// Distribution jobs, what became of each of their devices, and firmware files that were handed over, as rows. What a job has come to
// never changes again, so a commit writes the outcomes that are new.
//
//   JobTables tables(database, numbers);
//   tables.load(distribution, time);
//   tables.save(distribution.job(index), index, time);
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "platform-mock/core/distribution.hpp"
#include "platform-mock/store/place_numbers.hpp"
#include "platform-mock/store/row_writer.hpp"
#include "platform-mock/store/stored_time.hpp"

namespace fleetsim::platform {

class JobTables {
 public:
  /// Both must outlive this.
  JobTables(SQLite::Database& database, const PlaceNumbers& numbers);

  /// After the registry. A job under way goes on with the platform's next advance().
  void load(Distribution& distribution, const Registry& registry, const StoredTime& time);
  void save(const Job& job, JobIndex index, const StoredTime& time);
  void grant(AccountIndex distributor, AccountIndex recipient, const std::string& file);

 private:
  /// How much of a job's outcomes is in the file as it is in memory.
  struct Written {
    bool has_rows = false;
    bool is_deleted = false;
    std::size_t outcomes = 0;
    std::size_t devices = 0;
  };

  void load_targets(Job& job, std::uint32_t number);
  void load_outcomes(Job& job, std::uint32_t number, const Registry& registry);
  void save_outcomes(const Job& job, JobIndex index);

  SQLite::Database& database_;
  const PlaceNumbers& numbers_;
  std::vector<Written> written_;  // by job
  RowWriter put_job_;
  RowWriter put_target_;
  RowWriter put_origin_;
  RowWriter put_device_;
  RowWriter drop_devices_;
  RowWriter put_grant_;
};

}  // namespace fleetsim::platform
