#include "tests/platform-mock/store_world.hpp"

#include <algorithm>
#include <sstream>

#include "platform-mock/store/thing_text.hpp"

namespace fleetsim::platform {
namespace {

void put_product(std::ostream& out, const StoredWorld& world, ProductIndex index) {
  const ProductRecord& product = world.registry.product(index);
  const ProductData& data = product.data;
  out << "product " << product.config.key.view() << '|' << product.config.name << '|' << product.config.secret << '|' << product.owner.value
      << '|' << product.created.time_since_epoch().count() << '|' << static_cast<int>(data.node_type) << static_cast<int>(data.data_format)
      << static_cast<int>(data.auth_type) << static_cast<int>(data.dynamic_registration) << '|' << data.description << '|' << data.tsl
      << '|' << data.parsing_script << '|' << product.model_frozen << product.removed << product.shared_devices;
  for (const ProductCopy& copy : product.copies)
    out << " copy " << world.registry.instance(copy.at.instance).config.id.view() << '/' << copy.at.account.value << " with "
        << world.registry.devices_listed(index, copy.at);
  for (const TopicCategory& topic : data.topics)
    out << " topic " << topic.id << topic.topic << static_cast<int>(topic.operation) << topic.description;
  out << '\n';
}

void put_device(std::ostream& out, const StoredWorld& world, DeviceIndex index) {
  const DeviceRecord& device = world.registry.device(index);
  const auto* const handover = std::get_if<Handover>(&device.placement);
  out << "device " << device.name << '|' << device.secret << '|' << device.account.value << '|' << device.resides_at().instance.value << '|'
      << device.listed_at().instance.value << '/' << device.listed_at().account.value << '|'
      << (handover != nullptr ? static_cast<int>(handover->job.value) : -1) << '|' << device.enabled << device.activated << device.removed
      << static_cast<int>(device.handover_step) << '|' << device.moves;
  std::vector<Residence> residences = world.registry.residences_of(index);
  std::sort(residences.begin(), residences.end(), [](const Residence& a, const Residence& b) { return a.at < b.at; });
  for (const Residence& residence : residences)
    out << " lived " << residence.at.instance.value << '/' << residence.at.account.value << residence.activated << residence.stays;
  if (const Sharing* const sharing = world.registry.sharing(index); sharing != nullptr)
    out << " shared " << static_cast<int>(sharing->kind) << sharing->with.value;
  std::vector<Place> places = world.things.places_of(index);
  std::sort(places.begin(), places.end());
  for (const Place& place : places) {
    const things::StatusTimes times = world.things.times(index, place);
    out << " at " << place.instance.value << '/' << place.account.value << ' ' << times.active_ms << '/' << times.online_ms << '/'
        << times.offline_ms;
    if (const things::ThingData* const thing = world.things.find(index, place); thing != nullptr)
      out << properties_text(*thing) << details_text(*thing);
  }
  if (const things::DeviceLabels* const labels = world.things.find_labels(index); labels != nullptr)
    out << tags_text(labels->tags()) << groups_text(*labels);
  if (const auto gateway = world.things.topology().gateway_of(index)) out << " behind " << gateway->value;
  if (const auto* const token = world.registration.token_of(index); token != nullptr) out << " token " << token->client_id << token->text;
  out << '\n';
}

void put_job(std::ostream& out, const Job& job) {
  out << "job " << job.id << '|' << job.request.account.view() << job.request.product.view() << job.request.source.view()
      << name_of(job.request.policy) << name_of(job.request.content) << name_of(job.request.method) << '|' << name_of(job.state) << '|'
      << job.source_account.value << job.target_account.value << job.product.value << '|' << job.source.value << '|' << job.attempts
      << job.failure << job.stalled << job.deleted;
  for (std::size_t i = 0; i < job.targets.size(); ++i)
    out << " to " << job.targets[i].value << ':' << job.committed[i] << '@' << job.regions[i]->id.view();
  for (const auto& [from, devices] : job.committed_from) out << " from " << from.first << from.second << ':' << devices;
  for (const JobDeviceOutcome& outcome : job.outcomes) out << ' ' << outcome.device.view() << outcome.code << job.message_of(outcome);
  for (const DeviceIndex device : job.devices) out << ' ' << device.value;
  if (!job.deleted) out << " next " << job.next;
  out << '\n';
}

void put_codes(std::ostream& out, const StoredWorld& world) {
  const VerificationCodes& codes = world.distribution.codes();
  for (std::uint32_t to = 0; to < world.registry.account_count(); ++to) {
    for (std::uint32_t from = 0; from < world.registry.account_count(); ++from)
      if (const auto* const pending = codes.pending(AccountIndex{from}, AccountIndex{to}); pending != nullptr)
        out << "code " << from << '>' << to << pending->code << '|' << pending->expires.time_since_epoch().count() << '|'
            << pending->wrong_tries << '\n';
    for (const InboxMessage& message : codes.inbox(AccountIndex{to}))
      out << "inbox " << to << " from " << message.from.value << message.code << '|' << message.sent.time_since_epoch().count() << '|'
          << message.expires.time_since_epoch().count() << '\n';
  }
}

void put_firmware(std::ostream& out, const StoredWorld& world) {
  for (std::uint32_t i = 0; i < world.firmwares.count(); ++i) {
    const ota::Firmware& firmware = world.firmwares.at(ota::FirmwareIndex{i});
    const ota::FirmwareFacts& facts = firmware.facts;
    out << "firmware " << firmware.id << '|' << facts.name << '|' << facts.module << '|' << facts.version << '|' << facts.source_version
        << '|' << facts.url << '|' << facts.size << '|' << facts.md5 << '|' << facts.sha256 << '|' << facts.extra_data << '|'
        << facts.description << '|' << facts.file << static_cast<int>(facts.verification) << '|' << firmware.owner.value
        << firmware.product.value << firmware.removed << firmware.verified << world.firmwares.find(firmware.id).has_value()
        << firmware.created.time_since_epoch().count() << '\n';
  }
  for (std::uint32_t i = 0; i < world.upgrades.count(); ++i) {
    const ota::Upgrade& upgrade = world.upgrades.at(ota::UpgradeIndex{i});
    out << "upgrade " << upgrade.id << '|' << static_cast<int>(upgrade.kind) << upgrade.firmware.value << upgrade.place.instance.value
        << upgrade.place.account.value << upgrade.created.time_since_epoch().count() << '|' << upgrade.canceled
        << static_cast<int>(upgrade.options.overwrite) << static_cast<int>(upgrade.options.selection)
        << static_cast<int>(upgrade.options.push) << upgrade.options.timeout.count() << upgrade.options.target_selection;
    for (const std::string& version : upgrade.options.source_versions) out << " source " << version;
    for (const std::size_t position : upgrade.tasks) {
      const ota::Task& task = world.upgrades.task(position);
      out << " task " << position << ':' << task.device.value << name_of(task.state) << task.step << task.description << task.from_version
          << task.changed.time_since_epoch().count() << '/' << task.created.time_since_epoch().count() << '/'
          << task.begun.time_since_epoch().count() << (world.upgrades.due(task.device, upgrade.place) == &task ? "due" : "");
    }
    out << '\n';
  }
}

void put_groups_and_uploads(std::ostream& out, const StoredWorld& world) {
  for (const things::DeviceGroup& group : world.things.groups().all())
    out << "group " << group.id << '|' << group.name << '|' << group.description << '|' << group.super_id << '|'
        << group.place.instance.value << '/' << group.place.account.value << '|' << group.created_ms << '|' << tags_text(group.tags)
        << '\n';
  for (const auto& [name, file] : world.uploads.all())
    out << "file " << name << '|' << file.owner.value << '|' << file.uploaded.time_since_epoch().count() << '|' << file.firmwares << '|'
        << file.content << '\n';
}

void put_api(std::ostream& out, const StoredWorld& world) {
  for (std::uint32_t i = 0; i < world.registry.device_count(); ++i)
    if (const auto nickname = world.api.nickname(DeviceIndex{i}); !nickname.empty()) out << "nickname " << i << nickname << '\n';
  for (std::int64_t id = 100001; id < 100010; ++id) {
    const Application* const application = const_cast<ApiState&>(world.api).find_application(id);
    if (application == nullptr) continue;
    out << "application " << id << '|' << application->account.value << application->product.value << application->place.instance.value
        << application->place.account.value << static_cast<int>(application->state);
    for (const auto* list : {&application->names, &application->invalid, &application->nicknames}) {
      out << '|';
      for (const std::string& name : *list) out << name << ',';
    }
    out << '\n';
  }
  for (std::uint32_t i = 0; i < world.registry.product_count(); ++i)
    if (const things::RemoteConfig* const config = world.remote_configs.find(ProductIndex{i}); config != nullptr)
      out << "config " << i << config->id << '|' << config->content << '|' << config->sign << '|' << static_cast<int>(config->state)
          << '\n';
}

}  // namespace

std::string StoredWorld::text() const {
  std::ostringstream out;
  for (std::uint32_t i = 0; i < registry.product_count(); ++i) put_product(out, *this, ProductIndex{i});
  for (std::uint32_t i = 0; i < registry.device_count(); ++i) put_device(out, *this, DeviceIndex{i});
  for (std::uint32_t i = 0; i < distribution.job_count(); ++i) put_job(out, distribution.job(JobIndex{i}));
  put_codes(out, *this);
  put_firmware(out, *this);
  put_groups_and_uploads(out, *this);
  put_api(out, *this);
  out << distribution.devices_in_handover() << ' ' << distribution.devices_moved() << ' ' << distribution.commits();
  for (std::uint32_t i = 0; i < registry.account_count(); ++i) out << ' ' << distribution.unfinished_jobs(AccountIndex{i});
  return out.str();
}

std::string text_after_crash(const std::string& folder) {
  const StateFolder copy;
  copy_state(folder, copy.path());
  const StoredWorld world(copy.path());
  if (world.problem) return world.problem->what;
  for (const std::string& violation : world.violations()) ADD_FAILURE() << violation;
  return world.text();
}

}  // namespace fleetsim::platform
