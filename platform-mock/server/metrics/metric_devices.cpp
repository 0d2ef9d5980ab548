// Sessions, connects, messages, bootstraps and moves, by instance. The label is iot_instance: `instance` is what Prometheus itself calls
// the process that it scrapes.
#include <string>

#include "platform-mock/server/metrics/families.hpp"

namespace fleetsim::platform {
namespace {

/// Of each instance: a family with one figure of its counts.
template <class Figure>
void by_instance(Family family, Platform& platform, const Figure& figure) {
  const PlatformCounts& counts = platform.counts();
  for (std::size_t i = 0; i < counts.instances.size(); ++i) {
    const InstanceConfig& instance = platform.registry().instance(InstanceIndex{static_cast<std::uint32_t>(i)}).config;
    figure(family, counts.instances[i], instance.id.view(), instance.region.view());
  }
}

auto one(std::uint64_t InstanceCounts::*figure) {
  return [figure](Family& family, const InstanceCounts& counts, std::string_view id, std::string_view region) {
    family.add({{"iot_instance", id}, {"region", region}}, counts.*figure);
  };
}

void add_connects(Families& families, Platform& platform) {
  by_instance(families.counter("fleetsim_connects_total", "CONNECT packets answered, by CONNACK return code; 0 is accepted."), platform,
              [](Family& family, const InstanceCounts& counts, std::string_view id, std::string_view region) {
                family.add({{"iot_instance", id}, {"region", region}, {"code", "0"}}, counts.connects_accepted);
                for (const auto& [code, count] : counts.connects_refused.all())
                  family.add({{"iot_instance", id}, {"region", region}, {"code", std::to_string(code)}}, count);
              });
}

void add_bootstraps(Families& families, Platform& platform) {
  const PlatformCounts& counts = platform.counts();
  Family family = families.counter("fleetsim_bootstraps_total",
                                   "Bootstrap requests, by outcome: answered with an instance, refused with "
                                   "a code, or no proper HTTP.");
  by_instance(family, platform, [](Family& answered, const InstanceCounts& at, std::string_view id, std::string_view region) {
    answered.add({{"outcome", "answered"}, {"code", "200"}, {"iot_instance", id}, {"region", region}}, at.bootstraps);
  });
  for (const auto& [code, count] : counts.bootstraps_refused.all())
    family.add({{"outcome", "refused"}, {"code", std::to_string(code)}}, count);
  family.add({{"outcome", "malformed"}}, counts.bootstrap_http_failures);
  families.counter("fleetsim_registrations_total", "Device secrets told at the bootstrap endpoint (dynamic registration over HTTP).")
      .add({}, counts.registrations);
}

}  // namespace

void add_device_metrics(Families& families, Platform& platform) {
  const PlatformCounts& counts = platform.counts();
  const Platform::Statistics statistics = platform.statistics();
  by_instance(families.gauge("fleetsim_sessions_online", "Devices connected to the instance now."), platform,
              one(&InstanceCounts::sessions_online));
  add_connects(families, platform);
  by_instance(families.counter("fleetsim_protocol_violations_total", "MQTT connections closed because their peer broke the protocol."),
              platform, one(&InstanceCounts::violations));
  by_instance(families.counter("fleetsim_publishes_received_total", "PUBLISH packets that devices sent."), platform,
              one(&InstanceCounts::publishes_received));
  Family drops = families.counter("fleetsim_publishes_dropped_total", "Messages thrown away, up or down, by reason.");
  for (std::size_t i = 0; i < drop_reasons; ++i) drops.add({{"reason", drop_reason_names[i]}}, counts.drops[i]);
  add_bootstraps(families, platform);
  by_instance(families.counter("fleetsim_notifies_sent_total", "thing/bootstrap/notify sent to devices that are being moved away."),
              platform, one(&InstanceCounts::notifies_sent));
  families.counter("fleetsim_notify_replies_total", "notify_reply received.").add({}, statistics.notify_replies);
  by_instance(families.counter("fleetsim_commits_total", "Moves that ended at the instance: the device's first valid CONNECT there."),
              platform, one(&InstanceCounts::commits));
}

}  // namespace fleetsim::platform
