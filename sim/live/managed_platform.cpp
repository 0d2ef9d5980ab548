#include "sim/live/managed_platform.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

constexpr Duration first_look = std::chrono::milliseconds{20};
constexpr std::int32_t code_ok = 200;

/// The platform's numbers for a job's state.
namespace job_status {
constexpr std::int64_t under_way = 1;
constexpr std::int64_t done = 2;
constexpr std::int64_t failed = 3;
}  // namespace job_status

std::optional<std::int64_t> status_in(const boost::json::object& answer) {
  const auto* data = answer.if_contains("Data");
  const auto* status = data != nullptr && data->is_object() ? data->get_object().if_contains("Status") : nullptr;
  if (status == nullptr) return std::nullopt;
  boost::json::error_code error;
  const auto value = status->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional{value};
}

std::uint64_t waiting_in(const boost::json::object& job) {
  const auto* devices = job.if_contains("devices");
  const auto* waiting = devices != nullptr && devices->is_object() ? devices->get_object().if_contains("waiting") : nullptr;
  boost::json::error_code error;
  const auto count = waiting != nullptr ? waiting->to_number<std::uint64_t>(error) : 0;
  return error ? 0 : count;
}

/// An account as the console takes it: by id, or else by name.
boost::json::object recipient_json(const std::string& account) {
  const bool is_id = std::all_of(account.begin(), account.end(), [](char c) { return c >= '0' && c <= '9'; });
  return {{is_id ? "target_account" : "target_account_name", account}};
}

/// A line of a job's record: DeviceName,Code,Message.
struct RecordLine {
  std::string_view device;
  std::int32_t code = 0;
  std::string_view message;
};

std::optional<RecordLine> record_line(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::size_t first = line.find(',');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = std::min(line.find(',', first + 1), line.size());
  RecordLine read;
  read.device = line.substr(0, first);
  const std::string_view code = line.substr(first + 1, second - first - 1);
  const auto parsed = std::from_chars(code.data(), code.data() + code.size(), read.code);
  if (parsed.ec != std::errc{} || parsed.ptr != code.data() + code.size()) return std::nullopt;  // the header, too
  if (second < line.size()) read.message = line.substr(second + 1);
  return read;
}

}  // namespace

std::string standstill_in(const std::string& id, const boost::json::object& job) {
  if (text_at(job, "state") == "failed") return job_has_failed(id, text_at(job, "failure"));
  const auto* stuck = job.if_contains("stuck");
  const bool is_stuck = stuck != nullptr && stuck->is_bool() && stuck->get_bool();
  return is_stuck ? job_is_stuck(id, waiting_in(job)) : std::string{};
}

Result<std::unique_ptr<ManagedPlatform>, RunError> ManagedPlatform::make(const ManagementEndpoint& endpoint, const IpAddress& address,
                                                                         std::string_view ca_pem, std::uint64_t seed,
                                                                         const Roster& roster) {
  auto client = ManagementClient::make(endpoint, address, ca_pem, seed);
  if (!client) return fail(RunError{client.error(), "check external.management and external.ca_file"});
  return std::unique_ptr<ManagedPlatform>(new ManagedPlatform(std::move(*client), endpoint, roster));
}

ManagementParameters ManagedPlatform::job_parameters(const GroupRange& group, DeviceRange range, const DistributeStep& step) const {
  ManagementParameters parameters;
  const std::size_t first = group.first + range.first;
  parameters.emplace("ProductKey", roster_.product_key(first));
  parameters.emplace("SourceInstanceId", step.source);
  parameters.emplace("TargetUid", endpoint_.target_uid);
  if (step.content == platform::JobContent::product_only) {
    parameters.emplace("TargetInstanceId", step.targets.front());
    return parameters;
  }
  parameters.emplace("Strategy", step.policy == platform::Policy::region ? "0" : "1");
  for (std::size_t i = 0; i < step.targets.size(); ++i)
    parameters.emplace(fmt::format("TargetInstanceConfig.{}.TargetInstanceId", i + 1), step.targets[i]);
  for (std::uint64_t i = 0; i < range.count; ++i) parameters.emplace(fmt::format("DeviceName.{}", i + 1), roster_.device_name(first + i));
  return parameters;
}

/// The API knows jobs inside an account; what is the console's alone goes through the console.
Result<std::string, std::string> ManagedPlatform::create_job(const GroupRange& group, DeviceRange range, const DistributeStep& step) {
  const bool is_ours = holder_of(group.first + range.first) == endpoint_.target_uid;
  if (!is_ours || !step.target_account.empty() || step.choice == DeviceChoice::file) return create_console_job(group, range, step);
  const bool product_only = step.content == platform::JobContent::product_only;
  const auto created =
      client_->call(product_only ? "CreateProductDistributeJob" : "CreateDeviceDistributeJob", job_parameters(group, range, step));
  if (!created) return fail(created.error());
  return text_at(*created, "JobId");
}

/// Sent to the recipient, read in its inbox, told to us: what two people do by telephone.
Result<std::string, std::string> ManagedPlatform::code_for(const std::string& holder, const std::string& recipient) {
  const auto sent = client_->console({holder, "POST", "/verification-codes", boost::json::serialize(recipient_json(recipient))});
  if (!sent) return fail(sent.error());
  const auto* to = sent->if_contains("sent_to");
  if (to == nullptr || !to->is_object()) return fail(std::string("the answer does not say who the code was sent to"));
  const std::string id = text_at(to->get_object(), "id");
  account_ids_[text_at(to->get_object(), "name")] = id;
  account_ids_[id] = id;
  const auto inbox = client_->console({id, "GET", "/inbox"});
  if (!inbox) return fail(inbox.error());
  const auto* messages = inbox->if_contains("messages");
  if (messages == nullptr || !messages->is_array() || messages->get_array().empty() || !messages->get_array().back().is_object())
    return fail(fmt::format("the inbox of {} is empty", recipient));
  return text_at(messages->get_array().back().get_object(), "verification_code");
}

Result<std::string, std::string> ManagedPlatform::create_console_job(const GroupRange& group, DeviceRange range,
                                                                     const DistributeStep& step) {
  const std::string& holder = holder_of(group.first + range.first);
  boost::json::object body{{"product", roster_.product_key(group.first + range.first)},
                           {"policy", platform::name_of(step.policy)},
                           {"source", boost::json::object{{"instance", step.source}}}};
  boost::json::array targets;
  for (const std::string& target : step.targets) targets.push_back(boost::json::object{{"instance", target}});
  body["targets"] = std::move(targets);
  if (!step.target_account.empty()) {
    const auto code = code_for(holder, step.target_account);
    if (!code) return fail(code.error());
    body["method"] = "cross_account";
    body["target_account"] = account_ids_[step.target_account];
    body["verification_code"] = *code;
  }
  if (step.content == platform::JobContent::product_only) {
    body["content"] = "product_only";
  } else if (step.choice == DeviceChoice::file) {
    std::string csv = "DeviceName\r\n";
    for (std::uint64_t i = 0; i < range.count; ++i) csv.append(roster_.device_name(group.first + range.first + i)).append("\r\n");
    body["device_list"] = csv;
  } else {
    boost::json::array devices;
    for (std::uint64_t i = 0; i < range.count; ++i) devices.emplace_back(roster_.device_name(group.first + range.first + i));
    body["devices"] = std::move(devices);
  }
  const auto created = client_->console({holder, "POST", "/jobs", boost::json::serialize(body)});
  if (!created) return fail(created.error());
  return text_at(*created, "id");
}

HandoverOutcome ManagedPlatform::hand_over(const GroupRange& group, DeviceRange range, const DistributeStep& step, std::size_t entry_index,
                                           const Pause& pause) {
  HandoverOutcome outcome;
  while (entries_.size() <= entry_index) entries_.emplace_back();
  DistributionResult& entry = entries_[entry_index];
  entry.job = step.name;
  entry.policy = platform::name_of(step.policy);
  entry.source = step.source;
  const bool moves_devices = step.content == platform::JobContent::devices;
  if (moves_devices) asked_.push_back({group.first + range.first, range.count});
  const auto created = create_job(group, range, step);
  if (!created) {
    outcome.refused = created.error();
    return outcome;
  }
  entry.jobs.push_back(*created);
  const std::string holder = holder_of(group.first + range.first);
  job_holders_[*created] = holder;
  std::string unfinished = wait_for_end(*created, pause);
  if (!unfinished.empty() && step.may_fail) {
    outcome.stopped = std::move(unfinished);
    return outcome;
  }
  outcome.refused = std::move(unfinished);
  if (outcome.refused.empty() && moves_devices)
    outcome.refused = read_record(*created, roster_.product_key(group.first + range.first), outcome);
  if (moves_devices && !step.target_account.empty() && outcome.refused.empty()) {
    for (std::uint64_t i = 0; i < range.count; ++i) holders_[group.first + range.first + i] = account_ids_[step.target_account];
  }
  entry.devices += outcome.handed_over;
  entry.failed += outcome.failed;
  return outcome;
}

const std::string& ManagedPlatform::holder_of(std::size_t device) const {
  const auto given = holders_.find(device);
  return given == holders_.end() ? endpoint_.target_uid : given->second;
}

std::optional<RunError> ManagedPlatform::register_devices(Roster& roster, const Scenario& scenario) {
  for (std::size_t i = 0; i < roster.devices.size(); ++i) {
    if (scenario.groups[roster.devices[i].group].registration == Registration::mqtt_nwl) continue;
    const std::string product_key{roster.product_key(i)};
    const std::string name = roster.device_name(i);
    const ManagementParameters parameters{{"ProductKey", product_key}, {"DeviceName", name}};
    auto answer = client_->call("RegisterDevice", parameters);
    // It was registered by an earlier run: whoever may register it may also read its secret.
    if (!answer && answer.error().find("AlreadyExistedDeviceName") != std::string::npos)
      answer = client_->call("QueryDeviceInfo", parameters);
    if (!answer)
      return RunError{fmt::format("cannot register {}/{}: {}", product_key, name, answer.error()),
                      "check external.management and the group's product"};
    const auto* data = answer->if_contains("Data");
    std::string secret = data != nullptr && data->is_object() ? text_at(data->get_object(), "DeviceSecret") : std::string{};
    if (const auto identity = device::Identity::parse(product_key, name, secret); !identity)
      return RunError{fmt::format("device {}/{}: {}", product_key, name, describe(identity.error())),
                      "the platform did not tell its secret"};
    roster.told_secrets[i] = std::move(secret);
  }
  return std::nullopt;
}

/// The switch is on the product's page of the console, which the API has no word for.
Result<std::string, std::string> ManagedPlatform::open_registration(const std::string& product_key) {
  const std::string path = fmt::format("/products/{}/dynamic-registration", percent_encoded(product_key));
  const auto opened = client_->console({endpoint_.target_uid, "POST", path, R"({"state":"on"})"});
  if (!opened) return fail(opened.error());
  const auto product = client_->call("QueryProduct", {{"ProductKey", product_key}});
  if (!product) return fail(product.error());
  const auto* data = product->if_contains("Data");
  std::string secret = data != nullptr && data->is_object() ? text_at(data->get_object(), "ProductSecret") : std::string{};
  if (secret.empty()) return fail(std::string("the platform tells no secret of it: it has none, or belongs to another account"));
  return secret;
}

std::string ManagedPlatform::secret_at(std::size_t device, std::string_view instance) {
  const auto answer = client_->call("QueryDeviceInfo", device_parameters(device, instance));
  const auto* data = answer ? answer->if_contains("Data") : nullptr;
  return data != nullptr && data->is_object() ? text_at(data->get_object(), "DeviceSecret") : std::string{};
}

std::vector<std::string> ManagedPlatform::secrets_of(const std::vector<std::size_t>& devices, const std::vector<std::string>& instances) {
  std::vector<std::string> secrets;
  for (const std::size_t device : devices) {
    std::string secret;
    for (const std::string& instance : instances)
      if (secret.empty()) secret = secret_at(device, instance);
    secrets.push_back(std::move(secret));
  }
  return secrets;
}

/// Why the job did not end well; empty: it did.
std::string ManagedPlatform::wait_for_end(const std::string& job, const Pause& pause) {
  Duration waited{0};
  std::uint32_t failed_looks = 0;
  for (Duration look = std::min(first_look, endpoint_.look_interval_max); waited < endpoint_.job_timeout;
       look = std::min(look * 2, endpoint_.look_interval_max)) {
    const auto status = status_of(job);
    failed_looks = status ? 0 : failed_looks + 1;
    if (failed_looks > endpoint_.failed_looks_max) return status.error();
    if (status && *status == job_status::done) return {};
    if (status && *status == job_status::failed) {
      std::string why = why_it_stands_still(job);
      return why.empty() ? fmt::format("job {} has failed (status 3): retry it at the platform's console", job) : why;
    }
    // The API has one word for a job that goes on and for one that is stuck: whoever has waited once asks the console.
    if (status && waited > Duration{0})
      if (std::string why = why_it_stands_still(job); !why.empty()) return why;
    if (!pause(look)) return fmt::format("job {} was not done when the run ended", job);
    waited += look;
  }
  return fmt::format("job {} is not done after {} s", job, std::chrono::duration_cast<std::chrono::seconds>(waited).count());
}

std::string ManagedPlatform::why_it_stands_still(const std::string& job) {
  const auto answer = client_->console({job_holders_[job], "GET", "/jobs/" + job});
  return answer ? standstill_in(job, *answer) : std::string{};
}

/// In the API's numbers. Another account's jobs no key of ours shows: the console does.
Result<std::int64_t, std::string> ManagedPlatform::status_of(const std::string& job) {
  const std::string& holder = job_holders_[job];
  if (holder != endpoint_.target_uid) {
    const auto answer = client_->console({holder, "GET", "/jobs/" + job});
    if (!answer) return fail(answer.error());
    const std::string state = text_at(*answer, "state");
    return state == "distributed" ? job_status::done : state == "failed" ? job_status::failed : job_status::under_way;
  }
  const auto answer = client_->call("QueryDeviceDistributeJob", {{"JobId", job}});
  if (!answer) return fail(answer.error());
  const auto status = status_in(*answer);
  if (!status) return fail(fmt::format("job {}: the answer has no Data.Status", job));
  return *status;
}

Result<std::string, std::string> ManagedPlatform::fetch_record(const std::string& job) {
  const std::string& holder = job_holders_[job];
  if (holder != endpoint_.target_uid) return client_->console_file({holder, "GET", "/jobs/" + job + "/record"});
  const auto answer = client_->call("QueryDeviceDistributeDetail", {{"JobId", job}});
  if (!answer) return fail(answer.error());
  return client_->fetch(text_at(*answer, "File"));
}

std::string ManagedPlatform::read_record(const std::string& job, std::string_view product, HandoverOutcome& outcome) {
  const auto file = fetch_record(job);
  if (!file) return fmt::format("record of job {}: {}", job, file.error());
  for (std::string_view rest = *file; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const auto line = record_line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line) continue;
    if (line->code == code_ok) {
      ++outcome.handed_over;
    } else if (outcome.failed++ == 0) {
      outcome.first_failure = fmt::format("{}/{}: {} {}", product, line->device, line->code, line->message);
    }
  }
  return {};
}

std::uint64_t ManagedPlatform::asked(std::size_t first, std::size_t count) const {
  std::uint64_t devices = 0;
  for (const DeviceRange& range : asked_) {
    const std::uint64_t begin = std::max<std::uint64_t>(range.first, first);
    const std::uint64_t end = std::min<std::uint64_t>(range.first + range.count, first + count);
    if (begin < end) devices += end - begin;
  }
  return devices;
}

}  // namespace fleetsim::sim
