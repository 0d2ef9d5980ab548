// Where a bench's platform listens on this host: the bootstrap endpoint, one endpoint for each station, and a file server where one is
// wanted.
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
  bool has_files = false;  // a file server beside the bootstrap endpoint
};

std::string address_words(const IpAddress& address);
/// As the names of endpoints are made of them.
platform::BoundAddresses bound_addresses(const ListeningPlaces& places);

/// 0, and stations that are not named: whatever is free; one port for all stations where each has an address of its own.
struct ListeningPorts {
  std::uint16_t bootstrap = 0;
  std::vector<std::uint16_t> stations{};
  std::uint16_t files = 0;
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
  /// The bootstrap's first, then the stations', then that of the file server.
  /// -1: it is shut.
  const std::vector<int>& descriptors() const { return descriptors_; }
  /// Whoever knocks there is refused, as where nobody listens; the port stays ours.
  void shut(std::size_t door);
  /// As before. The error says why it cannot be.
  std::string reopen(std::size_t door);

 private:
  std::string try_ports(const ListeningPlaces& places, const ListeningPorts& ports);
  void close_all();
  std::string add(const IpAddress& address, std::uint16_t& port);

  struct Door {
    IpAddress address;
    std::uint16_t port = 0;
    int holder = -1;  // has the port, and does not listen
  };
  std::vector<int> descriptors_;
  std::vector<Door> doors_;  // beside descriptors_
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
