#include "platform-mock/core/api/distribution_view.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {
namespace {

/// Whose the devices become. The documents leave other accounts to the console.
std::optional<ApiError> name_recipient(const ActionCall& call, DistributeRequest& request) {
  const std::string_view uid = call.in.optional("TargetUid").empty() ? call.in.optional("TargetAliyunId") : call.in.optional("TargetUid");
  if (uid.empty()) return ApiError::gateway(400, "MissingParameter", "\"TargetUid\" is missing (or \"TargetAliyunId\")");
  const auto recipient = call.registry().find_account(uid);
  if (!recipient) return ApiError::business("iot.system.UidNotFound", "there is no account \"" + std::string{uid} + "\"");
  if (*recipient == call.account) return std::nullopt;
  switch (call.config.api.foreign_target) {
    case ForeignTarget::refuse:
      return ApiError::business("iot.common.AuthActionPermissionDeny",
                                "the API distributes within the account; the console does it between accounts");
    case ForeignTarget::allow:
      request.method = Method::cross_account;
      request.target_account = AccountId{uid};
      request.verification_code = call.in.optional("Captcha");  // as old SDKs named it
      return std::nullopt;
  }
  return std::nullopt;
}

void write_targets(ActionCall& call, const Job& job, JobDetail detail) {
  const Registry& registry = call.registry();
  // The inner name begins in lower case on the wire.
  call.out.object("TargetInstanceConfigs").array("targetInstanceConfigs");
  for (const InstanceIndex target : job.targets) {
    const InstanceConfig& instance = registry.instance(target).config;
    call.out.item().member("TargetInstanceId", instance.id.view());
    if (detail == JobDetail::ids_names_and_regions)
      call.out.member("TargetInstanceName", instance.name).member("TargetRegion", instance.region.view());
    call.out.end();
  }
  call.out.end().end();
}

}  // namespace

ActionResult create_job(ActionCall& call, DistributeRequest request) {
  request.account = call.registry().account(call.account).id;
  if (auto refused = name_recipient(call, request)) return refused;
  const auto job = call.platform.distribute(request, call.now, call.output);
  if (!job) return ApiError::of(job.error());
  call.out.member("JobId", std::as_const(call.platform).distribution().job(*job).id);
  return std::nullopt;
}

Result<JobIndex, ApiError> own_job(ActionCall& call) {
  const std::string_view id = call.in.required("JobId");
  if (call.in.failed()) return fail(call.in.error());
  const Distribution& distribution = std::as_const(call.platform).distribution();
  const auto job = distribution.find_job(id);
  if (!job || distribution.job(*job).source_account != call.account)
    return fail(ApiError::business("iot.system.IllegalRequest", "there is no job \"" + std::string{id} + "\" of this account"));
  return *job;
}

int status_number(JobState state) {
  switch (state) {
    case JobState::initializing:
      return 0;
    case JobState::distributing:
      return 1;
    case JobState::distributed:
      return 2;
    case JobState::failed:
      return 3;
  }
  return 0;
}

void write_job(ActionCall& call, const Job& job, JobDetail detail) {
  const Registry& registry = call.registry();
  const InstanceConfig& source = registry.instance(job.source).config;
  call.out.member("JobId", job.id).member("ProductKey", job.request.product.view()).member("GmtCreate", call.unix_ms(job.created));
  call.out.member("SourceInstanceId", source.id.view());
  if (detail == JobDetail::ids_names_and_regions)
    call.out.member("SourceInstanceName", source.name).member("SourceRegion", source.region.view());
  call.out.member("SourceUid", registry.account(job.source_account).id.view()).member("Status", status_number(job.state));
  call.out.member("Strategy", job.request.policy == Policy::nearest_access ? 1 : 0);
  write_targets(call, job, detail);
  call.out.member("TargetUid", registry.account(job.target_account).id.view()).member("Total", job.outcomes.size());
}

std::optional<InstanceIndex> target_of(const Registry& registry, const Job& job, DeviceIndex device) {
  if (job.targets.size() == 1) return job.targets.front();
  const auto* const bound = std::get_if<Bound>(&registry.device(device).placement);
  if (bound != nullptr && job.target_position(bound->at)) return bound->at;
  return std::nullopt;
}

void write_side(ActionCall& call, JobSide side, std::optional<InstanceIndex> instance, AccountIndex account) {
  const std::string prefix = side == JobSide::source ? "Source" : "Target";
  const Registry& registry = call.registry();
  const InstanceConfig* const config = instance ? &registry.instance(*instance).config : nullptr;
  const std::string_view uid = registry.account(account).id.view();
  call.out.member(prefix + "InstanceId", config != nullptr ? config->id.view() : std::string_view{});
  call.out.member(prefix + "InstanceName", config != nullptr ? std::string_view{config->name} : std::string_view{});
  call.out.member(prefix + "Region", config != nullptr ? config->region.view() : std::string_view{}).member(prefix + "Uid", uid);
  if (side == JobSide::target) call.out.member("TargetAliyunId", uid);
}

bool asks_for(const ActionCall& call, std::string_view name, std::string_view value) {
  const std::string_view asked = call.in.optional(name);
  return asked.empty() || asked == value;
}

Page required_page(ActionCall& call) {
  call.in.required("CurrentPage");
  call.in.required("PageSize");
  return call.in.page(page_size_max, page_size_default);
}

void write_items(ActionCall& call, const Page& page, std::size_t total, const std::function<void(std::size_t)>& write) {
  call.out.object("Data").object("Info").array("items");
  for (std::size_t i = page.first(); i < std::min(total, page.first() + page.size); ++i) {
    call.out.item();
    write(i);
    call.out.end();
  }
  call.out.end().end().member("Total", total).end();
}

}  // namespace fleetsim::platform
