#include "platform-mock/store/volatile_store.hpp"

#include <utility>

#include "platform-mock/store/sqlite_store.hpp"

namespace fleetsim::platform {

Result<std::unique_ptr<DurableState>, StoreError> make_volatile_store(std::uint64_t seed) {
  auto store = SqliteStore::in_memory(seed);
  if (!store) return fail(store.error());
  return std::unique_ptr<DurableState>(std::move(*store));
}

}  // namespace fleetsim::platform
