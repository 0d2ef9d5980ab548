// Accounts and instances as the store numbers them. The configuration names them anew with every start and may list them in another
// order; the store's numbers stay. An id that has gone from the configuration is a contradiction as soon as anything refers to it.
//
//   numbers.load(database, registry);              // adds what is new
//   write(numbers.of(place.instance), numbers.of(place.account));
//   Place place{numbers.instance(row.getColumn(0)), numbers.account(row.getColumn(1))};
#pragma once

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

class PlaceNumbers {
 public:
  /// Inside the caller's transaction.
  void load(SQLite::Database& database, const Registry& registry);

  std::int64_t of(AccountIndex account) const { return account_numbers_[account.value]; }
  std::int64_t of(InstanceIndex instance) const { return instance_numbers_[instance.value]; }
  AccountIndex account(const SQLite::Column& column) const;
  InstanceIndex instance(const SQLite::Column& column) const;

 private:
  struct Known {
    std::string id;
    std::optional<std::uint32_t> index;  // none: the configuration has it no more
  };

  std::vector<std::int64_t> account_numbers_;   // by index
  std::vector<std::int64_t> instance_numbers_;  // by index
  std::vector<Known> accounts_;                 // by number
  std::vector<Known> instances_;                // by number
};

/// Enough of a configuration to look at what is kept without the real one.
PlatformConfig stored_places(SQLite::Database& database);

}  // namespace fleetsim::platform
