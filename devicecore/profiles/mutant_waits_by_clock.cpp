// The reference, but that it measures its waits by the time of day, as timers on gettimeofday() do: whoever sets its clock makes
// them shorter or longer.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_waits_by_clock_profile = {
    .name = "mutant-waits-by-clock",
    .summary = "reference, but its waits are measured by the time of day",
    .waits_by_time_of_day = true,
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
