#include "sim/live/managed_platform.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

constexpr Duration first_look = std::chrono::milliseconds{20};
constexpr Duration look_max = std::chrono::seconds{1};
constexpr Duration job_time_max = std::chrono::minutes{5};
constexpr std::int32_t code_ok = 200;

/// The platform's numbers for a job's state.
namespace job_status {
constexpr std::int64_t under_way = 1;
constexpr std::int64_t done = 2;
constexpr std::int64_t failed = 3;
}  // namespace job_status

std::optional<std::int64_t> status_of(const boost::json::object& answer) {
  const auto* data = answer.if_contains("Data");
  const auto* status = data != nullptr && data->is_object() ? data->get_object().if_contains("Status") : nullptr;
  if (status == nullptr) return std::nullopt;
  boost::json::error_code error;
  const auto value = status->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional{value};
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

Result<std::unique_ptr<ManagedPlatform>, RunError> ManagedPlatform::make(const ManagementEndpoint& endpoint, const IpAddress& address,
                                                                         std::string_view ca_pem, std::uint64_t seed) {
  auto client = ManagementClient::make(endpoint, address, ca_pem, seed);
  if (!client) return fail(RunError{client.error(), "check external.management and external.ca_file"});
  return std::unique_ptr<ManagedPlatform>(new ManagedPlatform(std::move(*client), endpoint));
}

ManagementParameters ManagedPlatform::job_parameters(const Roster& roster, const GroupRange& group, DeviceRange range,
                                                     const DistributeStep& step) const {
  ManagementParameters parameters;
  const auto at = [&](std::uint64_t i) -> const device::Identity& { return roster.devices[group.first + range.first + i].identity; };
  parameters.emplace("ProductKey", at(0).product_key());
  parameters.emplace("SourceInstanceId", step.source);
  parameters.emplace("Strategy", step.policy == platform::Policy::region ? "0" : "1");
  parameters.emplace("TargetUid", endpoint_.target_uid);
  for (std::size_t i = 0; i < step.targets.size(); ++i)
    parameters.emplace(fmt::format("TargetInstanceConfig.{}.TargetInstanceId", i + 1), step.targets[i]);
  for (std::uint64_t i = 0; i < range.count; ++i) parameters.emplace(fmt::format("DeviceName.{}", i + 1), at(i).device_name());
  return parameters;
}

HandoverOutcome ManagedPlatform::hand_over(const Roster& roster, const GroupRange& group, DeviceRange range, const DistributeStep& step,
                                           std::size_t entry_index, const Pause& pause) {
  HandoverOutcome outcome;
  while (entries_.size() <= entry_index) entries_.emplace_back();
  DistributionResult& entry = entries_[entry_index];
  entry.job = step.name;
  entry.policy = platform::name_of(step.policy);
  entry.source = step.source;
  asked_.push_back({group.first + range.first, range.count});
  const auto created = client_->call("CreateDeviceDistributeJob", job_parameters(roster, group, range, step));
  if (!created) {
    outcome.refused = created.error();
    return outcome;
  }
  const std::string job = text_at(*created, "JobId");
  entry.jobs.push_back(job);
  outcome.refused = wait_for_end(job, pause);
  if (outcome.refused.empty())
    outcome.refused = read_record(job, roster.devices[group.first + range.first].identity.product_key(), outcome);
  entry.devices += outcome.handed_over;
  entry.failed += outcome.failed;
  return outcome;
}

/// Why the job did not end well; empty: it did.
std::string ManagedPlatform::wait_for_end(const std::string& job, const Pause& pause) {
  Duration waited{0};
  int failed_looks = 0;
  for (Duration look = first_look; waited < job_time_max; look = std::min(look * 2, look_max)) {
    const auto answer = client_->call("QueryDeviceDistributeJob", {{"JobId", job}});
    failed_looks = answer ? 0 : failed_looks + 1;
    if (!answer && failed_looks > looks_failed_max) return answer.error();
    const auto status = answer ? status_of(*answer) : std::optional{job_status::under_way};
    if (!status) return fmt::format("job {}: the answer has no Data.Status", job);
    if (*status == job_status::done) return {};
    if (*status == job_status::failed) return fmt::format("job {} has failed (status 3): retry it at the platform's console", job);
    if (!pause(look)) return fmt::format("job {} was not done when the run ended", job);
    waited += look;
  }
  return fmt::format("job {} is not done after {} s", job, std::chrono::duration_cast<std::chrono::seconds>(waited).count());
}

std::string ManagedPlatform::read_record(const std::string& job, std::string_view product, HandoverOutcome& outcome) {
  const auto answer = client_->call("QueryDeviceDistributeDetail", {{"JobId", job}});
  if (!answer) return answer.error();
  const auto file = client_->fetch(text_at(*answer, "File"));
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
