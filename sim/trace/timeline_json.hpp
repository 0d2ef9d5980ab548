// A timeline for programs: scenarios/replay.schema.json says what it looks like.
//
//   write_file(path, timeline_json(timeline));
#pragma once

#include <string>

#include "sim/trace/timeline.hpp"

namespace fleetsim::sim {

inline constexpr int replay_schema_version = 1;

std::string timeline_json(const Timeline& timeline);

}  // namespace fleetsim::sim
