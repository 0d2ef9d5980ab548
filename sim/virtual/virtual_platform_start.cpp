// How the platform of a simulation begins, from what is kept of it when there is a store; and how it crashes and begins again.
#include <string>
#include <utility>
#include <vector>

#include "platform-mock/core/configured_products.hpp"
#include "platform-mock/core/files/management_endpoint.hpp"
#include "platform-mock/core/invariants.hpp"
#include "sim/virtual/virtual_platform.hpp"
#include "sim/virtual/virtual_world.hpp"

namespace fleetsim::sim {

std::string VirtualPlatform::start_core() {
  platform::PlatformConfig config = config_;
  if (store_ != nullptr) config.products.clear();  // recover() adds them
  platform_ = std::make_unique<platform::Platform>(std::move(config), ports_);
  ++ports_.starts;
  platform_->set_unix_epoch_ms(unix_epoch_ms);
  for (const VirtualEndpoint& endpoint : wire_.endpoints->all()) {
    switch (endpoint.kind) {
      case VirtualEndpoint::Kind::bootstrap:
        break;
      case VirtualEndpoint::Kind::instance:
        platform_->advertise(platform::InstanceIndex{endpoint.instance},
                             {.host = wire_.endpoints->names().instance_host(endpoint.instance), .port = endpoint.port});
        break;
      case VirtualEndpoint::Kind::management:
        platform_->advertise_management(
            {.host = wire_.endpoints->names().management_host(), .port = endpoint.port, .plain = endpoint.plain, .tls = endpoint.tls});
        break;
    }
  }
  if (store_ == nullptr) return {};
  if (const auto problem = store_->recover(platform_->durable_parts(), unix_epoch_ms * 1000)) return problem->what;
  platform::add_configured(platform_->registry(), config_.products);
  const std::vector<std::string> violations =
      platform::violations_of(platform_->registry(), platform_->distribution(), platform_->things());
  if (!violations.empty()) return "what was kept does not hold together: " + violations.front();
  if (const auto problem = store_->commit()) return problem->what;
  return {};
}

std::string VirtualPlatform::crash() {
  if (store_ == nullptr) return "there is no store that it could come back from";
  now_ = world_.now();
  flush();
  is_down_ = true;
  for (std::uint32_t number = 0; number < ends_.size(); ++number) {
    if (ends_[number].device == none) continue;
    // Whoever counts hears that the session is over; the platform that hears it is not the one that comes back.
    if (std::exchange(ends_[number].core_is_open, false)) platform_->closed(ends_[number].core, now_, *this);
    drop(number, MessageKind::reset);
  }
  overfull_.clear();
  prologues_.clear();
  by_slot_.clear();
  problem_ = start_core();
  return problem_;
}

}  // namespace fleetsim::sim
