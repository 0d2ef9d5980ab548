// The reference, but that it asks for the time of day when it gets power, and dates all certificates by that.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_reads_clock_once_profile = {
    .name = "mutant-reads-clock-once",
    .summary = "reference, but it dates certificates by the day on which it got power",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.reads_clock_once = true},
};

}  // namespace fleetsim::device
