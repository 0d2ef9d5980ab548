// What the platform has counted since it started, beside Platform::Statistics: by instance, by reason, by code. Plain numbers that cost an
// increment each; whoever shows them (platform-mock/server/metrics) reads them when it is asked.
//
//   ++counts.instances[link.instance.value].connects_accepted;
//   counts.limits.reached(LimitKind::open_calls);
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "platform-mock/core/counts/limit_kind.hpp"

namespace fleetsim::platform {

/// Why a publish went nowhere, up or down.
enum class DropReason : std::uint8_t {
  uplink_rate,
  foreign_topic,
  topic_form,
  moving_away,
  bad_notify_reply,
  downlink_rate,
  queue_full,
};
inline constexpr std::size_t drop_reasons = static_cast<std::size_t>(DropReason::queue_full) + 1;
/// In the order of the enumeration.
inline constexpr std::array<std::string_view, drop_reasons> drop_reason_names = {
    "uplink_rate", "foreign_topic", "topic_form", "moving_away", "bad_notify_reply", "downlink_rate", "queue_full",
};

/// How often each of a few codes came; the codes are the platform's own, so there are never many.
class CodeCounts {
 public:
  static constexpr std::size_t codes_max = 64;

  void add(std::int32_t code) {
    const auto known = std::find_if(counts_.begin(), counts_.end(), [code](const auto& count) { return count.first == code; });
    if (known != counts_.end()) {
      ++known->second;
    } else if (counts_.size() < codes_max) {
      counts_.emplace_back(code, 1);
    }
  }
  /// Code and count, in the order in which the codes first came.
  const std::vector<std::pair<std::int32_t, std::uint64_t>>& all() const { return counts_; }

 private:
  std::vector<std::pair<std::int32_t, std::uint64_t>> counts_;
};

struct InstanceCounts {
  std::uint64_t sessions_online = 0;
  std::uint64_t connects_accepted = 0;
  CodeCounts connects_refused;  // by CONNACK return code
  std::uint64_t violations = 0;
  std::uint64_t publishes_received = 0;
  std::uint64_t notifies_sent = 0;
  std::uint64_t commits = 0;     // of moves that ended here
  std::uint64_t bootstraps = 0;  // answers that named it
};

struct PlatformCounts {
  explicit PlatformCounts(std::size_t instance_count) : instances(instance_count) {}

  std::vector<InstanceCounts> instances;  // by InstanceIndex
  std::array<std::uint64_t, drop_reasons> drops{};
  CodeCounts bootstraps_refused;  // by the body's code
  std::uint64_t bootstrap_http_failures = 0;
  std::uint64_t registrations = 0;  // secrets that were told at the bootstrap endpoint
  LimitCounts limits;

  void dropped(DropReason reason) { ++drops[static_cast<std::size_t>(reason)]; }
};

}  // namespace fleetsim::platform
