#include "platform-mock/core/connection_table.hpp"

#include "platform-mock/core/bootstrap_link.hpp"
#include "platform-mock/core/http/management_service.hpp"

namespace fleetsim::platform {

Connection::Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

ConnectionId ConnectionTable::add(Connection connection) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  ++slot.generation;
  slot.open = true;
  slot.connection = std::move(connection);
  return {index, slot.generation};
}

Connection* ConnectionTable::find(ConnectionId id) {
  if (id.slot >= slots_.size()) return nullptr;
  Slot& slot = slots_[id.slot];
  return slot.open && slot.generation == id.generation ? &slot.connection : nullptr;
}

void ConnectionTable::prefetch(ConnectionId id) const {
  if (id.slot >= slots_.size()) return;
  const mqtt::Link* const link = slots_[id.slot].connection.mqtt.get();
  if (link != nullptr) __builtin_prefetch(link);
}

void ConnectionTable::remove(ConnectionId id) {
  if (find(id) == nullptr) return;
  Slot& slot = slots_[id.slot];
  slot.open = false;
  slot.connection = Connection{};
  free_.push_back(id.slot);
}

std::vector<ConnectionId> ConnectionTable::ids() const {
  std::vector<ConnectionId> open;
  open.reserve(size());
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].open) open.push_back({static_cast<std::uint32_t>(i), slots_[i].generation});
  return open;
}

}  // namespace fleetsim::platform
