// The reference, but that it believes in the endpoint in its flash for ever, also when that has given the device away.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_never_falls_back_profile = {
    .name = "mutant-never-falls-back",
    .summary = "reference, but a stored endpoint that fails is tried for ever",
    .retry = {.falls_back = false},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
