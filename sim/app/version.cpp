// `fleetsim version`: of the program, and of the formats that it reads and writes.
#include <cstdio>

#include "sim/app/verbs.hpp"
#include "sim/events/event_line.hpp"
#include "sim/report/json_report.hpp"

namespace fleetsim::sim {

int version_verb() {
  std::printf("fleetsim %s (scenario and platform schema 1, report schema %d, events schema %d)\n", FLEETSIM_VERSION, report_schema_version,
              events_schema_version);
  return 0;
}

}  // namespace fleetsim::sim
