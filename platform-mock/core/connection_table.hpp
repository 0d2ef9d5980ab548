// Every open connection of the platform by its id: dense slots that are used again, each time with a new generation, so that an id of a
// connection that is gone finds nothing.
//
//   ConnectionId id = table.add();
//   if (Connection* connection = table.find(id)) ...
//   table.remove(id);
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "platform-mock/core/mqtt/link.hpp"
#include "platform-mock/core/output.hpp"

namespace fleetsim::platform {

struct BootstrapLink;
struct ManagementLink;

/// Exactly one of the three is set.
struct Connection {
  Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  std::unique_ptr<mqtt::Link> mqtt;
  std::unique_ptr<BootstrapLink> bootstrap;
  std::unique_ptr<ManagementLink> management;
};

class ConnectionTable {
 public:
  ConnectionId add(Connection connection);
  /// The connection's own addresses stay the same while it lives; the returned pointer only until the next add().
  Connection* find(ConnectionId id);
  /// The id that lives in `slot` now. Precondition: one does.
  ConnectionId id_of(std::uint32_t slot) const { return {slot, slots_[slot].generation}; }
  /// A connection will be looked for soon: what leads to it is asked for ahead of time, and a little later it itself.
  void prefetch_slot(ConnectionId id) const {
    if (id.slot < slots_.size()) __builtin_prefetch(&slots_[id.slot]);
  }
  void prefetch(ConnectionId id) const;
  void remove(ConnectionId id);
  std::size_t size() const { return slots_.size() - free_.size(); }

  /// The ids of all open connections, by slot.
  std::vector<ConnectionId> ids() const;

 private:
  struct Slot {
    std::uint32_t generation = 0;
    bool open = false;
    Connection connection;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace fleetsim::platform
