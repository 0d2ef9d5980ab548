// What steps ask of a platform that is served elsewhere, beyond jobs: by its management API, and by its console where that has the word.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "sim/live/managed_platform.hpp"

namespace fleetsim::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t page_size = 200;
constexpr std::size_t pages_max = 500;

std::string text_or_json(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

/// The member behind the names; null when one of them is missing.
const json::value* member(const json::object& from, std::initializer_list<std::string_view> names) {
  const json::object* object = &from;
  const json::value* value = nullptr;
  for (const std::string_view name : names) {
    value = object == nullptr ? nullptr : object->if_contains(name);
    if (value == nullptr) return nullptr;
    object = value->if_object();
  }
  return value;
}

const json::array* list(const json::object& from, std::initializer_list<std::string_view> names) {
  const json::value* value = member(from, names);
  return value == nullptr ? nullptr : value->if_array();
}

/// An object in a text, as some answers have it.
json::object object_in(std::string_view text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

std::string_view action_for(DeviceChange change) {
  switch (change) {
    case DeviceChange::deleted:
      return "DeleteDevice";
    case DeviceChange::disabled:
      return "DisableThing";
    case DeviceChange::enabled:
      return "EnableThing";
  }
  return {};
}

void refuse(WorkCount& count, std::string why) {
  if (count.refused++ == 0) count.first_reason = std::move(why);
}

}  // namespace

ManagementParameters ManagedPlatform::device_parameters(std::size_t device, std::string_view instance) const {
  ManagementParameters parameters;
  parameters.emplace("ProductKey", roster_.product_key(device));
  parameters.emplace("DeviceName", roster_.device_name(device));
  parameters.emplace("IotInstanceId", instance);
  return parameters;
}

JobCount ManagedPlatform::retry_jobs(const std::string& name) {
  JobCount count;
  for (const DistributionResult& entry : entries_) {
    if (!name.empty() && entry.job != name) continue;
    for (const std::string& job : entry.jobs) {
      ++count.jobs;
      const auto now = client_->console({job_holders_[job], "GET", "/jobs/" + job});
      if (!now) {
        count.last_refusal = now.error();
        continue;
      }
      const std::string state = text_or_json(*now, "state");
      if (state == "distributed") {
        ++count.done;
        continue;
      }
      // One that is under way and not stuck refuses, and ends by itself.
      const auto retried = client_->console({job_holders_[job], "POST", "/jobs/" + job + "/retry"});
      if (!retried) count.last_refusal = fmt::format("job {}: {}", job, retried.error());
      const json::object& last_known = retried ? *retried : *now;
      if (text_or_json(last_known, "state") == "distributed") ++count.done;
      if (std::string why = standstill_in(job, last_known); !why.empty()) count.why_unfinished = std::move(why);
    }
  }
  return count;
}

/// The image goes where the platform's object store takes it; the id of the firmware made of it.
Result<std::string, std::string> ManagedPlatform::upload_firmware(std::string_view product_key, const UpgradeStep& step) {
  const auto known = firmwares_.find({std::string(product_key), step.version});
  if (known != firmwares_.end()) return known->second;
  const FirmwareImages::Image& image = images_.make(step.version, step.size_bytes);
  const auto permit = client_->call("GenerateOTAUploadURL", {{"FileSuffix", "bin"}, {"IotInstanceId", step.at}});
  if (!permit) return fail(permit.error());
  const json::value* data = member(*permit, {"Data"});
  if (data == nullptr || !data->is_object()) return fail(std::string("GenerateOTAUploadURL: the answer has no Data"));
  const json::object& where = data->get_object();
  const std::string refused = client_->upload(text_at(where, "Host"),
                                              {{"key", text_at(where, "Key")},
                                               {"policy", text_at(where, "Policy")},
                                               {"OSSAccessKeyId", text_at(where, "OSSAccessKeyId")},
                                               {"Signature", text_at(where, "Signature")},
                                               {"success_action_status", "200"}},
                                              image.content);
  if (!refused.empty()) return fail(refused);
  const auto made = client_->call("CreateOTAFirmware", {{"FirmwareName", fmt::format("{} {}", product_key, step.version).substr(0, 40)},
                                                        {"DestVersion", step.version},
                                                        {"FirmwareUrl", text_at(where, "FirmwareUrl")},
                                                        {"ProductKey", std::string(product_key)},
                                                        {"SignMethod", "Sha256"},
                                                        {"NeedToVerify", "false"},
                                                        {"IotInstanceId", step.at}});
  if (!made) return fail(made.error());
  const json::value* id = member(*made, {"Data", "FirmwareId"});
  if (id == nullptr || !id->is_string()) return fail(std::string("CreateOTAFirmware: the answer has no Data.FirmwareId"));
  return firmwares_.emplace(std::pair{std::string(product_key), step.version}, std::string(id->get_string())).first->second;
}

WorkCount ManagedPlatform::begin_upgrade(const GroupRange& group, const UpgradeStep& step) {
  WorkCount count;
  count.asked = group.count;
  if (group.count == 0) return count;
  const std::string product_key{roster_.product_key(group.first)};
  const auto firmware = upload_firmware(product_key, step);
  if (!firmware) {
    count.refused = count.asked;
    count.first_reason = firmware.error();
    return count;
  }
  for (std::size_t first = group.first; first < group.first + group.count; first += page_size) {
    const std::size_t end = std::min(first + page_size, group.first + group.count);
    ManagementParameters parameters{
        {"FirmwareId", *firmware}, {"ProductKey", product_key}, {"TargetSelection", "SPECIFIC"}, {"IotInstanceId", step.at}};
    for (std::size_t i = first; i < end; ++i) parameters.emplace(fmt::format("TargetDeviceName.{}", i - first + 1), roster_.device_name(i));
    const auto made = client_->call("CreateOTAStaticUpgradeJob", parameters);
    if (made) {
      count.done += end - first;
    } else {
      count.refused += end - first;
      if (count.first_reason.empty()) count.first_reason = made.error();
    }
  }
  return count;
}

WorkCount ManagedPlatform::set_property(const GroupRange& group, const SetPropertyStep& step) {
  WorkCount count;
  json::object items;
  for (const NamedValue& one : step.properties) items[one.name] = json::parse(one.value);
  for (std::size_t i = group.first; i < group.first + group.count; ++i) {
    ++count.asked;
    ManagementParameters parameters = device_parameters(i, step.at);
    parameters.emplace("Items", json::serialize(items));
    const auto done = client_->call("SetDeviceProperty", parameters);
    if (done) {
      ++count.done;
    } else {
      refuse(count, done.error());
    }
  }
  return count;
}

WorkCount ManagedPlatform::join_group(const GroupRange& group, const JoinGroupStep& step) {
  WorkCount count;
  count.asked = group.count;
  const auto made = client_->call("CreateDeviceGroup", {{"GroupName", step.device_group}, {"IotInstanceId", step.at}});
  const json::value* id = made ? member(*made, {"Data", "GroupId"}) : nullptr;
  if (id == nullptr || !id->is_string()) {
    count.refused = count.asked;
    count.first_reason = made ? "CreateDeviceGroup: the answer has no Data.GroupId" : made.error();
    return count;
  }
  for (std::size_t first = group.first; first < group.first + group.count; first += page_size) {
    const std::size_t end = std::min(first + page_size, group.first + group.count);
    ManagementParameters parameters{{"GroupId", std::string(id->get_string())}, {"IotInstanceId", step.at}};
    for (std::size_t i = first; i < end; ++i) {
      parameters.emplace(fmt::format("Device.{}.ProductKey", i - first + 1), roster_.product_key(i));
      parameters.emplace(fmt::format("Device.{}.DeviceName", i - first + 1), roster_.device_name(i));
    }
    const auto joined = client_->call("BatchAddDeviceGroupRelations", parameters);
    if (joined) {
      count.done += end - first;
    } else {
      count.refused += end - first;
      if (count.first_reason.empty()) count.first_reason = joined.error();
    }
  }
  return count;
}

WorkCount ManagedPlatform::change_devices(const GroupRange& group, const ChangeDevicesStep& step) {
  WorkCount count;
  for (std::size_t i = group.first; i < group.first + group.count; ++i) {
    ++count.asked;
    const auto changed = client_->call(action_for(step.change), device_parameters(i, step.at));
    if (changed) {
      ++count.done;
    } else {
      refuse(count, fmt::format("{}/{}: {}", roster_.product_key(i), roster_.device_name(i), changed.error()));
    }
  }
  return count;
}

WorkCount ManagedPlatform::look(const GroupRange& group, const ExpectStep& step) {
  WorkCount count;
  awaited_.clear();
  for (std::size_t i = group.first; i < group.first + group.count; ++i) {
    ++count.asked;
    const Picture picture = picture_of(i, step);
    const std::string why = picture ? difference(*picture, step) : picture.error();
    if (why.empty()) {
      ++count.done;
    } else if (count.first_reason.empty()) {
      count.first_reason = fmt::format("{}/{}: {}", roster_.product_key(i), roster_.device_name(i), why);
    }
  }
  return count;
}

/// With another account no key of ours opens the API; its console shows what people see there.
ManagedPlatform::Picture ManagedPlatform::picture_of(std::size_t device, const ExpectStep& step) {
  return is_own(step.account) ? picture_by_api(device, step) : picture_by_console(device, step);
}

ManagedPlatform::Picture ManagedPlatform::picture_by_api(std::size_t device, const ExpectStep& step) {
  const ManagementParameters parameters = device_parameters(device, step.at);
  const auto detail = client_->call("QueryDeviceDetail", parameters);
  if (!detail) return fail(detail.error());
  const json::value* data = member(*detail, {"Data"});
  ThingPicture picture;
  picture.at = step.at;
  picture.account = endpoint_.target_uid;
  if (data != nullptr && data->is_object()) {
    picture.status = text_or_json(data->get_object(), "Status");
    picture.version = text_or_json(data->get_object(), "FirmwareVersion");
  }
  if (picture.status == "UNACTIVE" && is_awaited(device, step.at)) picture.at.clear();
  if (step.read_only) {
    const auto product =
        client_->console({endpoint_.target_uid, "GET", fmt::format("/products/{}?instance={}", roster_.product_key(device), step.at)});
    if (!product) return fail(product.error());
    picture.read_only = text_or_json(*product, "read_only") == "true";
  }
  if (std::string why = add_values(parameters, step, picture); !why.empty()) return fail(std::move(why));
  if (std::string why = add_labels(parameters, step, picture); !why.empty()) return fail(std::move(why));
  return picture;
}

/// Listed there from its handover on, and not there yet. The API has no word for it, the console does; without one nobody can say.
bool ManagedPlatform::is_awaited(std::size_t device, const std::string& instance) {
  const std::string product{roster_.product_key(device)};
  auto known = awaited_.find(product);
  if (known == awaited_.end()) {
    auto names = names_in_handover(endpoint_.target_uid, product, instance);
    known = awaited_.emplace(product, names ? std::move(*names) : std::set<std::string>{}).first;
  }
  return known->second.contains(roster_.device_name(device));
}

std::string ManagedPlatform::add_values(const ManagementParameters& parameters, const ExpectStep& step, ThingPicture& picture) {
  if (step.properties.any()) {
    const auto answer = client_->call("QueryDevicePropertyStatus", parameters);
    if (!answer) return answer.error();
    if (const json::array* all = list(*answer, {"Data", "List", "PropertyStatusInfo"}))
      for (const json::value& one : *all)
        if (one.is_object())
          picture.properties.push_back({text_or_json(one.get_object(), "Identifier"), text_or_json(one.get_object(), "Value")});
  }
  if (step.shadow.any()) {
    const auto answer = client_->call("GetDeviceShadow", parameters);
    if (!answer) return answer.error();
    const json::object shadow = object_in(text_or_json(*answer, "ShadowMessage"));
    const json::value* reported = member(shadow, {"payload", "state", "reported"});  // as in the platform's message to the device
    if (reported == nullptr) reported = member(shadow, {"state", "reported"});
    if (reported != nullptr && reported->is_object())
      for (const auto& one : reported->get_object()) picture.shadow.push_back({std::string(one.key()), json::serialize(one.value())});
  }
  if (step.events_min) {
    ManagementParameters window = parameters;
    window.emplace("StartTime", "0");
    window.emplace("EndTime", "4102444800000");  // a day that does not come: all there are
    window.emplace("PageSize", "50");
    window.emplace("Asc", "1");
    const auto answer = client_->call("QueryDeviceEventData", window);
    if (!answer) return answer.error();
    const json::array* all = list(*answer, {"Data", "List", "EventInfo"});
    picture.events = all == nullptr ? 0 : static_cast<std::uint32_t>(all->size());
  }
  return {};
}

std::string ManagedPlatform::add_labels(const ManagementParameters& parameters, const ExpectStep& step, ThingPicture& picture) {
  if (step.tags.any()) {
    const auto answer = client_->call("QueryDeviceProp", parameters);
    if (!answer) return answer.error();
    for (const auto& one : object_in(text_or_json(*answer, "Props")))
      if (one.value().is_string()) picture.tags.push_back({std::string(one.key()), std::string(one.value().get_string())});
  }
  if (step.device_groups.any()) {
    const auto answer = client_->call("QueryDeviceGroupByDevice", parameters);
    if (!answer) return answer.error();
    if (const json::array* all = list(*answer, {"GroupInfos", "GroupInfo"}))
      for (const json::value& one : *all)
        if (one.is_object()) picture.device_groups.push_back({text_or_json(one.get_object(), "GroupName"), {}});
  }
  if (step.sub_devices) {
    ManagementParameters paged = parameters;
    paged.emplace("PageNo", "1");
    paged.emplace("PageSize", "50");
    const auto answer = client_->call("GetThingTopo", paged);
    if (!answer) return answer.error();
    const json::value* total = member(*answer, {"Data", "Total"});
    if (total == nullptr || !total->is_int64()) return "GetThingTopo: the answer has no Data.Total";
    picture.sub_devices = static_cast<std::uint32_t>(total->get_int64());
  }
  return {};
}

ManagedPlatform::Picture ManagedPlatform::picture_by_console(std::size_t device, const ExpectStep& step) {
  const bool more = !step.status.empty() || !step.version.empty() || step.properties.any() || step.shadow.any() || step.tags.any() ||
                    step.device_groups.any() || step.events_min || step.sub_devices;
  if (more) return fail(fmt::format("of devices that are with {} the console shows no more than where they are", step.account));
  const auto known = account_ids_.find(step.account);
  const std::string account = known == account_ids_.end() ? step.account : known->second;
  ThingPicture picture;
  const std::string product_key{roster_.product_key(device)};
  const auto product = client_->console({account, "GET", fmt::format("/products/{}?instance={}", product_key, step.at)});
  if (!product) return fail(product.error());
  picture.read_only = text_or_json(*product, "read_only") == "true";
  picture.account = account;
  picture.account_name = step.account;
  for (std::size_t page = 1; page <= pages_max; ++page) {
    const auto answer = client_->console(
        {account, "GET", fmt::format("/products/{}/devices?instance={}&page={}&page_size={}", product_key, step.at, page, page_size)});
    if (!answer) return fail(answer.error());
    const json::array* devices = list(*answer, {"devices"});
    if (devices == nullptr || devices->empty()) break;
    for (const json::value& one : *devices) {
      if (!one.is_object() || text_or_json(one.get_object(), "device") != roster_.device_name(device)) continue;
      if (text_or_json(one.get_object(), "in_handover") != "true") picture.at = step.at;
      return picture;
    }
  }
  return picture;
}

}  // namespace fleetsim::sim
