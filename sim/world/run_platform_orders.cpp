// What steps ask of the mock in this process, beyond jobs: retries, updates, properties, groups, and what it knows of devices.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "platform-mock/core/files/file_server.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/things/thing_store.hpp"
#include "sim/world/run_platform.hpp"
#include "sim/world/thing_picture.hpp"

namespace fleetsim::sim {
namespace {

using platform::DeviceIndex;
using platform::DeviceRecord;
using platform::JobIndex;
using platform::JobState;
using platform::Output;
using platform::Platform;

constexpr std::string_view unknown_there = "is not known to the platform";

std::string items_of(const std::vector<NamedValue>& values) {
  std::string items = "{";
  for (const NamedValue& one : values) items += fmt::format("{}\"{}\":{}", items.size() > 1 ? "," : "", one.name, one.value);
  return items + "}";
}

std::string status_of(Platform& platform, DeviceIndex device, const DeviceRecord& record) {
  if (!record.enabled) return "DISABLE";
  if (!record.activated) return "UNACTIVE";
  return platform.devices().is_online(device) ? "ONLINE" : "OFFLINE";
}

/// Read there, and not at home: it was distributed to that place.
bool is_read_only(const platform::ProductRecord& product, const platform::Place& place) { return !(product.home() == place); }

void change_device(Platform& platform, DeviceIndex device, DeviceChange change, const platform::mqtt::Turn& turn) {
  switch (change) {
    case DeviceChange::deleted:
      return platform.remove_device(device, turn.now, turn.output);
    case DeviceChange::disabled:
      platform.registry().set_enabled(device, false);
      return platform.devices().disabled(device, turn);
    case DeviceChange::enabled:
      platform.registry().set_enabled(device, true);
      return platform.devices().enabled(device, turn);
  }
}

void add_data(const platform::things::ThingData& data, const ExpectStep& wanted, ThingPicture& picture) {
  if (wanted.properties.any())
    for (const auto& property : data.properties.all()) picture.properties.push_back({property.name, property.value});
  const auto* details = data.known_details();
  if (details == nullptr) return;
  picture.version = details->version_of("default");
  picture.events = static_cast<std::uint32_t>(details->events.size());
  for (const auto& attribute : details->shadow.reported_state())
    picture.shadow.push_back({std::string(attribute.key()), boost::json::serialize(attribute.value())});
}

ThingPicture picture_of(Platform& platform, DeviceIndex device, const ExpectStep& wanted) {
  const platform::Registry& registry = platform.registry();
  const DeviceRecord& record = registry.device(device);
  ThingPicture picture;
  const platform::Place place = record.resides_at();
  if (std::holds_alternative<platform::Bound>(record.placement)) picture.at = registry.instance(place.instance).config.id.view();
  picture.account = registry.account(record.account).id.view();
  picture.account_name = registry.account(record.account).name;
  picture.status = status_of(platform, device, record);
  picture.read_only = is_read_only(registry.product(record.product), place);
  if (const auto* data = platform.things().find(device, place)) add_data(*data, wanted, picture);
  if (const auto* labels = platform.things().find_labels(device)) {
    for (const auto& tag : labels->tags()) picture.tags.push_back({tag.key, tag.value});
    for (const std::string& group : labels->groups()) picture.device_groups.push_back({group, {}});
  }
  picture.sub_devices = static_cast<std::uint32_t>(platform.things().topology().sub_devices_of(device).size());
  return picture;
}

}  // namespace

std::string RunPlatform::name_of(std::size_t device) const { return roster_.full_name(device); }

JobCount RunPlatform::retry_jobs(const std::string& name) {
  JobCount count;
  host_->call([&](Platform& platform, Output& output, Instant now) {
    for (const Entry& entry : entries_) {
      if (!name.empty() && entry.name != name) continue;
      for (const JobIndex index : entry.jobs) {
        const platform::Job& job = platform.distribution().job(index);
        ++count.jobs;
        if (job.state == JobState::failed || job.stalled) {
          if (const auto refused = platform.retry_job(index, now, output))
            count.last_refusal = fmt::format("job {}: {}: {}", job.id, refused->code, refused->message);
        }
        if (job.state == JobState::distributed) ++count.done;
        if (job.state == JobState::failed) count.why_unfinished = job_has_failed(job.id, job.failure);
        if (job.stalled) count.why_unfinished = job_is_stuck(job.id, job.outcomes.size() - job.next);
      }
    }
  });
  return count;
}

/// Made once: a product has one firmware of a version, however many groups get it.
Result<platform::ota::FirmwareIndex, platform::PlatformError> RunPlatform::firmware_for(Platform& platform, const DeviceRecord& device,
                                                                                        const UpgradeStep& step, Instant now) {
  const platform::ProductRecord& product = platform.registry().product(device.product);
  const auto known = firmwares_.find({device.product.value, step.version});
  if (known != firmwares_.end()) return known->second;
  const FirmwareImages::Image& image = images_.make(step.version, step.size_bytes);
  platform::ota::FirmwareFacts facts;
  facts.name = fmt::format("{} {}", product.config.key.view(), step.version);
  facts.version = step.version;
  facts.size = image.content.size();
  facts.md5 = image.md5;
  facts.sha256 = image.sha256;
  facts.url = platform.files().url(FirmwareImages::folder, image.name, std::numeric_limits<std::int64_t>::max() / 2,
                                   platform::UrlScheme::tls_if_served);
  auto firmware = platform.firmwares().add(std::move(facts), product.owner, device.product, now);
  if (firmware) firmwares_.emplace(std::pair{device.product.value, step.version}, *firmware);
  return firmware;
}

WorkCount RunPlatform::begin_upgrade(const GroupRange& group, const UpgradeStep& step) {
  WorkCount count;
  count.asked = group.count;
  if (group.count == 0) return count;
  host_->call([&](Platform& platform, Output& output, Instant now) {
    const platform::Registry& registry = platform.registry();
    const auto refuse = [&](const platform::PlatformError& error) {
      count.refused = count.asked;
      count.first_reason = fmt::format("{}: {}", error.code, error.message);
    };
    platform::ota::UpgradeRequest request;
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      const auto index = index_of(registry, i);
      if (!index) return refuse({"iot.device.NotExistedDevice", name_of(i)});
      request.devices.push_back(*index);
    }
    const DeviceRecord& first = registry.device(request.devices.front());
    const auto firmware = firmware_for(platform, first, step, now);
    if (!firmware) return refuse(firmware.error());
    // Across accounts the recipient sets the update, with the file that the distributor has handed over.
    const platform::AccountIndex owner = registry.product(first.product).owner;
    const std::string& file = platform.firmwares().at(*firmware).facts.sha256;
    const platform::AccountIndex holder = first.listed_at().account;
    if (holder != owner) platform.distribution().firmware_grants().hand_over(owner, holder, file);
    const auto instance = registry.find_instance(step.at);
    if (!instance) return refuse({"iot.system.InstanceNotFound", step.at});
    request.firmware = *firmware;
    request.place = {*instance, holder};
    const auto made = platform.devices().upgrade(request, {now, output});
    if (!made) return refuse(made.error());
    count.done = count.asked;
  });
  return count;
}

WorkCount RunPlatform::set_property(const GroupRange& group, const SetPropertyStep& step) {
  WorkCount count;
  const std::string items = items_of(step.properties);
  host_->call([&](Platform& platform, Output& output, Instant now) {
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      ++count.asked;
      const auto index = index_of(platform.registry(), i);
      if (!index || !platform.devices().is_online(*index)) {
        if (count.refused++ == 0) count.first_reason = name_of(i) + " is not online";
        continue;
      }
      // What the device answers is told by the properties that it posts.
      platform.devices().call({.kind = platform::mqtt::CallKind::property_set, .device = *index, .payload = items},
                              [](const platform::mqtt::CallOutcome&, const platform::mqtt::Turn&) {}, {now, output});
      ++count.done;
    }
  });
  return count;
}

WorkCount RunPlatform::join_group(const GroupRange& group, const JoinGroupStep& step) {
  WorkCount count;
  host_->call([&](Platform& platform, Output&, Instant) {
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      ++count.asked;
      const auto index = index_of(platform.registry(), i);
      if (index && platform.things().labels(*index).join_group(step.device_group, platform.things().limits())) {
        ++count.done;
      } else if (count.refused++ == 0) {
        count.first_reason = fmt::format("{} {}", name_of(i), index ? "is in it already, or in too many others" : unknown_there);
      }
    }
  });
  return count;
}

WorkCount RunPlatform::change_devices(const GroupRange& group, const ChangeDevicesStep& step) {
  WorkCount count;
  host_->call([&](Platform& platform, Output& output, Instant now) {
    platform::Registry& registry = platform.registry();
    const auto instance = registry.find_instance(step.at);
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      ++count.asked;
      const auto index = index_of(registry, i);
      const bool is_here = index && instance && registry.device(*index).listed_at().instance == *instance;
      if (!is_here) {
        if (count.refused++ == 0)
          count.first_reason = fmt::format("{} {}", name_of(i), index ? "is not at " + step.at : std::string{unknown_there});
        continue;
      }
      change_device(platform, *index, step.change, {now, output});
      ++count.done;
    }
  });
  return count;
}

WorkCount RunPlatform::look(const GroupRange& group, const ExpectStep& step) {
  WorkCount count;
  host_->call([&](Platform& platform, Output&, Instant) {
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      ++count.asked;
      const auto index = index_of(platform.registry(), i);
      const std::string why = index ? difference(picture_of(platform, *index, step), step) : std::string{unknown_there};
      if (why.empty()) {
        ++count.done;
      } else if (count.first_reason.empty()) {
        count.first_reason = fmt::format("{}: {}", name_of(i), why);
      }
    }
  });
  return count;
}

std::uint64_t RunPlatform::in_handover(const GroupRange& group) {
  std::uint64_t count = 0;
  host_->call([&](Platform& platform, Output&, Instant) {
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      const auto index = index_of(platform.registry(), i);
      if (index && std::holds_alternative<platform::Handover>(platform.registry().device(*index).placement)) ++count;
    }
  });
  return count;
}

}  // namespace fleetsim::sim
