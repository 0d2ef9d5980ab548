// The global bootstrap endpoint: a device that knows nothing else asks here where to connect. The answer is a function of placement
// and address; a request changes nothing, for it is not signed: anyone can send a product key and a device name. A device that was
// burned with its product's secret alone fetches its own here too (POST /auth/register/device), which is signed.
//
//   BootstrapService bootstrap(config, registry, distribution);
//   bootstrap.advertise(instance, {"127.0.2.1", 1884});
//   auto step = bootstrap.received(connection, peer, bytes, now, output);
//   send(step.bytes);  if (step.close) close_after_flush();
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/counts/platform_counts.hpp"
#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/http/http_connection.hpp"
#include "platform-mock/core/misbehaviour/engine.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/core/things/device_registration.hpp"

namespace fleetsim::platform {

/// Body codes of a refused request, in the code space of the device topics; the HTTP status stays 200, which every client takes.
namespace bootstrap_code {
inline constexpr std::int32_t bad_parameters = 460;
inline constexpr std::int32_t not_ready = 500;  // the instance listens nowhere yet
// An unknown device: PlatformConfig::bootstrap_error_code.
}  // namespace bootstrap_code

class BootstrapService {
 public:
  /// All references must outlive this.
  BootstrapService(const PlatformConfig& config, const Registry& registry, const Distribution& distribution);

  void advertise(InstanceIndex instance, AdvertisedEndpoint endpoint);
  /// Where devices fetch their secrets; it must outlive this. Null: nowhere.
  void serve_registration(const things::DeviceRegistration* registration) { registration_ = registration; }

  /// What is done wrong on demand; it must outlive this. Null: nothing.
  void misbehave_by(misbehaviour::Engine* engine) { misbehaviour_ = engine; }
  /// Where answers are counted by instance and code; null: nowhere. It must outlive this.
  void count(PlatformCounts* counts) {
    counts_ = counts;
    readers_.count(counts == nullptr ? nullptr : &counts->limits);
  }

  HttpConnection accept(Instant now) const { return HttpConnection{now, readers_.limits()}; }

  struct Step {
    ByteView bytes;  // to send; valid until the next call
    bool close = false;
    const misbehaviour::Delivery* delivery = nullptr;  // how the bytes leave; null: as they should
  };
  Step received(HttpConnection& connection, const IpAddress& peer, ByteView bytes, Instant now, Output& output);
  /// Call once now >= connection.deadline().
  Step expired(HttpConnection& connection, const IpAddress& peer, Output& output);

  /// One request without its connection.
  HttpAnswer answer(const HttpRequest& request, const IpAddress& peer, Output& output);

  /// The same, done wrong if a rule says so.
  HttpAnswer answer_on_demand(const HttpRequest& request, const IpAddress& peer, const misbehaviour::Moment& moment);

  /// From now on every answer is the last of its connection.
  void close_after_answers() { closing_ = true; }

  std::uint64_t answered() const { return answered_; }
  std::uint64_t refused() const { return refused_; }

 private:
  struct Asked {
    std::string_view product_key;
    std::string_view device_name;
  };
  HttpAnswer device_form(std::string_view form, const IpAddress& peer, Output& output);
  HttpAnswer region_form(std::string_view number, const IpAddress& peer, Output& output);
  HttpAnswer register_device(std::string_view form, const IpAddress& peer, Output& output);
  HttpAnswer misbehave(const HttpRequest& request, const HttpAnswer& right, const IpAddress& peer, const misbehaviour::Moment& moment);
  HttpAnswer endpoint_answer(const AdvertisedEndpoint& endpoint, std::string_view host_prefix);
  static void write_host(std::string& host, const AdvertisedEndpoint& endpoint, std::string_view prefix);
  HttpAnswer refuse(std::int32_t code, std::string_view message, const Asked& asked, const IpAddress& peer, Output& output);
  std::optional<InstanceIndex> being_left(DeviceIndex device) const;
  const AdvertisedEndpoint* endpoint_of(InstanceIndex instance) const;
  Step finish(HttpConnection& connection, const IpAddress& peer, HttpFailure before, Output& output);

  const PlatformConfig& config_;
  const Registry& registry_;
  const Distribution& distribution_;
  const things::DeviceRegistration* registration_ = nullptr;
  misbehaviour::Engine* misbehaviour_ = nullptr;
  misbehaviour::BootstrapAnswer wrong_answer_;      // what the last one's views look at
  std::optional<misbehaviour::Delivery> delivery_;  // of the connection being served
  HttpReaders readers_;
  PlatformCounts* counts_ = nullptr;
  std::vector<AdvertisedEndpoint> endpoints_;  // by instance
  std::string host_;                           // and the host in it
  std::string body_;                           // of the answer being written
  std::string out_;                            // of the connection being served
  bool closing_ = false;
  std::uint64_t answered_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace fleetsim::platform
