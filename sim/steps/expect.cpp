// expect: what the platform knows of the groups' devices, looked at until it is as expected.
#include <cmath>
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {
namespace {

// A look asks for every device: not as often as a count.
constexpr Duration look_interval = std::chrono::milliseconds{50};

WorkCount count_stranded(const std::vector<GroupIndex>& groups, StepHost& host) {
  WorkCount count;
  for (const GroupIndex group : groups) {
    count.asked += host.device_count(group);
    count.done += host.in_handover(group);
  }
  return count;
}

WorkCount look_at(const std::vector<GroupIndex>& groups, const ExpectStep& step, StepHost& host) {
  WorkCount all;
  for (const GroupIndex group : groups) {
    const WorkCount one = host.look(group, step);
    all.asked += one.asked;
    all.done += one.done;
    if (all.first_reason.empty()) all.first_reason = one.first_reason;
  }
  return all;
}

}  // namespace

void expect(const ExpectStep& step, StepHost& host, StepSink& sink) {
  const std::vector<GroupIndex> groups = host.groups(step.groups);
  if (step.stranded) {
    for (const GroupIndex group : groups) host.expect_stranded(group, step.share);
  }
  const Instant begin = host.now();
  for (;;) {
    const WorkCount count = step.stranded ? count_stranded(groups, host) : look_at(groups, step, host);
    // As wait_until rounds: shares like 0.1 have no exact form.
    if (static_cast<double>(count.done) >= std::ceil(step.share * static_cast<double>(count.asked) - 1e-6)) return;
    if (host.now() - begin >= step.timeout) {
      const std::string why = count.first_reason.empty() ? std::string{} : "; " + count.first_reason;
      sink.failed(shortfall(count.done, count.asked, step.stranded ? "stranded" : "as expected", step.timeout) + why);
      return;
    }
    if (!host.pause(look_interval)) return;
  }
}

}  // namespace fleetsim::sim
