// wait_until: online, moved (the platform's registry decides) or acknowledged, for a share of the devices concerned.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {
namespace {

struct Reached {
  std::uint64_t count = 0;
  std::uint64_t of = 0;
  std::string hopeless;  // why waiting would change nothing; empty: it may
};

Reached look(const WaitUntil& step, const std::vector<GroupIndex>& groups, StepHost& host) {
  Reached reached;
  switch (step.what) {
    case WaitUntil::What::online:
      for (const GroupIndex group : groups) {
        reached.count += host.online(group);
        reached.of += host.device_count(group);
      }
      break;
    case WaitUntil::What::moved:
      for (const GroupIndex group : groups) {
        const MoveCount moves = host.moves(group);
        reached.count += moves.moved;
        reached.of += moves.asked;
      }
      if (reached.of == 0) reached.hopeless = "nobody was asked to move";
      break;
    case WaitUntil::What::acknowledged: {
      const PublishCount publishes = host.publishes();
      reached.of = publishes.ordered;
      reached.count = publishes.ordered - std::min(publishes.ordered, publishes.pending + publishes.failed);
      if (publishes.failed > 0 && publishes.pending == 0)
        reached.hopeless = fmt::format("{} never published: {}", publishes.failed, publishes.why_failed);
      break;
    }
  }
  return reached;
}

std::string_view state_name(WaitUntil::What what) {
  switch (what) {
    case WaitUntil::What::online:
      return "online";
    case WaitUntil::What::moved:
      return "moved";
    case WaitUntil::What::acknowledged:
      return "acknowledged";
  }
  return "";
}

}  // namespace

void wait_until(const WaitUntil& step, StepHost& host, StepSink& sink) {
  const std::vector<GroupIndex> groups = host.groups(step.groups);
  const Instant begin = host.now();
  for (;;) {
    const Reached reached = look(step, groups, host);
    const bool nobody = step.what == WaitUntil::What::moved && reached.of == 0;
    // Rounded up, with a grain of salt for shares like 0.1 that have no exact form: 0.999 of 1000 is 999, not 1000.
    const auto wanted = static_cast<std::uint64_t>(std::ceil(static_cast<double>(reached.of) * step.share - 1e-9));
    if (reached.count >= wanted && !nobody) return;
    if (!reached.hopeless.empty()) {
      sink.failed(reached.of == 0 ? reached.hopeless
                                  : fmt::format("{} of {} {}, {}", reached.count, reached.of, state_name(step.what), reached.hopeless));
      return;
    }
    if (host.now() - begin >= step.timeout) {
      sink.failed(shortfall(reached.count, reached.of, state_name(step.what), step.timeout) + first_reasons(host));
      return;
    }
    if (!host.pause(step_poll_interval)) return;
  }
}

}  // namespace fleetsim::sim
