// The reference, but that it asks for sessions that outlive its links: clean session 0. No fault of it: the exam has requirements that are
// about such devices only.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile kept_session_profile = {
    .name = "kept-session",
    .summary = "reference, but its sessions are kept (clean session 0)",
    .session = {.clean_session = false},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
