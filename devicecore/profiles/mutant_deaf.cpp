// The reference, but that it reads no notify.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

std::optional<Notify> read_nothing(ByteView) { return std::nullopt; }

}  // namespace

const FirmwareProfile mutant_deaf_profile = {
    .name = "mutant-deaf",
    .summary = "reference, but it does not understand a notify",
    .notify = {.read = &read_nothing, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
