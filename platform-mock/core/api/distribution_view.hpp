// Distribution jobs as the management API takes and shows them: what the distribution actions share.
//
//   const auto index = own_job(call);                 // of parameter JobId
//   call.out.object("Data"); write_job(call, job, JobDetail::ids); call.out.end();
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "platform-mock/core/api/action.hpp"

namespace fleetsim::platform {

/// Completes the request by TargetUid or TargetAliyunId, creates the job and writes its id.
ActionResult create_job(ActionCall& call, DistributeRequest request);

/// The job of JobId, which this account must have created.
Result<JobIndex, ApiError> own_job(ActionCall& call);

/// 0 initialising, 1 running, 2 done, 3 interrupted.
int status_number(JobState state);

enum class JobDetail : std::uint8_t { ids, ids_names_and_regions };
/// The job's members, into the object that is open.
void write_job(ActionCall& call, const Job& job, JobDetail detail);

/// Where a device of the job has arrived, or the only place where it can; nothing while nearest access has not decided.
std::optional<InstanceIndex> target_of(const Registry& registry, const Job& job, DeviceIndex device);

enum class JobSide : std::uint8_t { source, target };
/// SourceInstanceId, SourceInstanceName, SourceRegion, SourceUid; or the same of the target with its TargetAliyunId.
void write_side(ActionCall& call, JobSide side, std::optional<InstanceIndex> instance, AccountIndex account);

/// Whether the call asks for nothing by that name, or for this value.
bool asks_for(const ActionCall& call, std::string_view name, std::string_view value);
/// CurrentPage and PageSize, which both must be given.
Page required_page(ActionCall& call);
/// Data.Info.items, one for each of `total` that the page holds, and Data.Total. `write` gets the position and writes the members.
void write_items(ActionCall& call, const Page& page, std::size_t total, const std::function<void(std::size_t)>& write);

}  // namespace fleetsim::platform
