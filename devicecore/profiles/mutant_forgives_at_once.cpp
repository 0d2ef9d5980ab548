// The reference, but that one CONNACK makes it forget all waits: a server that accepts and drops meets it every second.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_forgives_at_once_profile = {
    .name = "mutant-forgives-at-once",
    .summary = "reference, but a CONNACK resets its waits",
    .retry = {.success_forgives = true},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
