// The reference, but that it goes without a word when it is told to move.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_no_reply_profile = {
    .name = "mutant-no-reply",
    .summary = "reference, but it sends no reply to a notify",
    .notify = {.reply = NotifyReply::none, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
