// Where a bench's platform listens on this host: the bootstrap endpoint, and one endpoint for each station.
//
//   auto sockets = listen_at({.bootstrap = …, .stations = {…}}, ports);      // the error says which address is in the way
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "platform-mock/core/endpoint_names.hpp"

namespace fleetsim::sim {

struct ListeningPlaces {
  IpAddress bootstrap;
  std::vector<IpAddress> stations;
};

std::string address_words(const IpAddress& address);
/// As the names of endpoints are made of them.
platform::BoundAddresses bound_addresses(const ListeningPlaces& places);

/// 0, and stations that are not named: whatever is free; one port for all stations where each has an address of its own.
struct ListeningPorts {
  std::uint16_t bootstrap = 0;
  std::vector<std::uint16_t> stations{};
};

/// Closes them.
class ListeningSockets {
 public:
  ListeningSockets() = default;
  ListeningSockets(ListeningSockets&& other) noexcept;
  ListeningSockets& operator=(ListeningSockets&&) = delete;
  ~ListeningSockets();

  static Result<ListeningSockets, std::string> listen_at(const ListeningPlaces& places, const ListeningPorts& ports);

  const ListeningPorts& ports() const { return ports_; }
  /// The bootstrap's first, then the stations'.
  const std::vector<int>& descriptors() const { return descriptors_; }

 private:
  std::string try_ports(const ListeningPlaces& places, const ListeningPorts& ports);
  void close_all();

  std::vector<int> descriptors_;
  ListeningPorts ports_;
};

struct AcceptedSocket {
  int fd = -1;  // none is waiting, or none can be taken
  IpAddress address{};
  std::uint16_t port = 0;
  int error = 0;  // errno, when there is none: EAGAIN too
};
AcceptedSocket accept_one(int listener);

}  // namespace fleetsim::sim
