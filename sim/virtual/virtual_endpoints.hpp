// Where the platform of a simulation can be reached: every listener of its configuration, at the address and port that it would have on
// sockets. A port that the configuration leaves open is given by counting.
//
//   const VirtualEndpoints endpoints(config);
//   const VirtualEndpoint* endpoint = endpoints.find(address, port);   // null: nobody listens there
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "platform-mock/core/endpoint_names.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/platform_host.hpp"

namespace fleetsim::sim {

struct VirtualEndpoint {
  enum class Kind : std::uint8_t { bootstrap, instance, management } kind{};
  std::uint16_t instance = 0;  // position in the configuration
  IpAddress address;
  std::uint16_t port = 0;
  bool plain = true;
  bool tls = false;
  std::string name;  // "bootstrap", the instance's id, "management"
  std::string region;
};

class VirtualEndpoints {
 public:
  explicit VirtualEndpoints(const platform::PlatformConfig& config);

  /// What is wrong with the configuration, for people; empty: nothing.
  const std::string& problem() const { return problem_; }
  const std::vector<VirtualEndpoint>& all() const { return all_; }
  const VirtualEndpoint* find(const IpAddress& address, std::uint16_t port) const;
  std::uint16_t number_of(const VirtualEndpoint& endpoint) const { return static_cast<std::uint16_t>(&endpoint - all_.data()); }
  const platform::EndpointNames& names() const { return names_; }
  /// As a platform host tells them: bootstrap, then the instances.
  std::vector<platform::Endpoint> advertised() const;

 private:
  void add(VirtualEndpoint::Kind kind, const platform::ListenerConfig& listener, std::string name, std::string region,
           std::uint16_t instance);
  std::uint16_t free_port(const IpAddress& address, std::uint16_t wanted) const;

  std::vector<VirtualEndpoint> all_;
  platform::EndpointNames names_;
  std::string problem_;
};

}  // namespace fleetsim::sim
