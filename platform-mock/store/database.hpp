// The file of a state folder, opened for one process, and what its errors mean to whoever runs the platform. SQLiteCpp throws; nothing
// above this folder sees that: every way in is guarded().
//
//   auto database = open_database(folder, {.durability = Durability::normal, .open = OpenMode::create});
//   auto problem = guarded(folder, [&] { … });
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/durable_state.hpp"

namespace fleetsim::platform {

/// `normal` survives the end of the process at any moment, `full` also the end of the power.
enum class Durability : std::uint8_t { normal, full };
enum class OpenMode : std::uint8_t { create, existing };

inline constexpr const char* database_file = "platform.db";

struct DatabaseOptions {
  Durability durability = Durability::normal;
  OpenMode open = OpenMode::create;
};

/// Locked for this process until it is closed. The schema is not looked at.
Result<std::unique_ptr<SQLite::Database>, StoreError> open_database(const std::string& folder, DatabaseOptions options);

StoreError store_error(const std::string& folder, const SQLite::Exception& thrown);

/// What the store itself finds wrong while it reads.
[[noreturn]] void throw_damaged(const std::string& what);
/// The state and the configuration do not fit together.
[[noreturn]] void throw_contradiction(const std::string& what);

template <class Work>
std::optional<StoreError> guarded(const std::string& folder, Work&& work) {
  try {
    work();
    return std::nullopt;
  } catch (const SQLite::Exception& thrown) {
    return store_error(folder, thrown);
  }
}

}  // namespace fleetsim::platform
