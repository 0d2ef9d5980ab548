// The reference, but that it keeps its endpoint in RAM only.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_forgets_endpoint_profile = {
    .name = "mutant-forgets-endpoint",
    .summary = "reference, but every power-on begins with a bootstrap",
    .bootstrap = {.remembers_endpoint = false},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
