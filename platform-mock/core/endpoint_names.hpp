// The names under which the listeners are known: what devices are told, what the certificates say, and where each name leads.
//
//   EndpointNames names(config, bound);            // bound: where each instance and the bootstrap endpoint really listen
//   platform.advertise(index, {names.instance_host(i), bound.instances[i].port});
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform-mock/core/certificate_names.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {

/// Where the listeners are, in the order of PlatformConfig::instances.
struct BoundAddresses {
  std::vector<std::string> instances;
  std::string bootstrap;
  std::string management;    // empty: it is not served
  std::string metrics = {};  // the same
};

class EndpointNames {
 public:
  EndpointNames(const PlatformConfig& config, BoundAddresses bound);

  /// For people, when two instances would share a name; empty: all right.
  const std::string& conflict() const { return conflict_; }
  /// An address, or a name with {pk} in it where a public instance has one name for each product.
  const std::string& instance_host(std::size_t instance) const { return hosts_[instance]; }
  const std::string& bootstrap_host() const { return bootstrap_host_; }
  /// An address always: the API's real names are those of its regions, and one listener stands for all of them.
  const std::string& management_host() const { return bound_.management; }
  const std::string& metrics_host() const { return bound_.metrics; }
  /// Every name and address that the listeners' certificate must stand for.
  CertificateNames certificate_names() const;
  /// name -> address, for the products of the configuration.
  std::vector<std::pair<std::string, std::string>> hosts_map() const;
  std::optional<std::string> address_of(std::string_view name) const;

 private:
  std::vector<std::string> product_keys_;
  BoundAddresses bound_;
  std::vector<std::string> hosts_;  // by instance
  std::string bootstrap_host_;
  std::vector<std::string> management_names_;  // one for each region
  std::string conflict_;
};

}  // namespace fleetsim::platform
