// The reference, but that it knows no chunks.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_no_chunks_profile = {
    .name = "mutant-no-chunks",
    .summary = "reference, but it cannot read a chunked answer",
    .bootstrap = {.http = HttpDialect::no_chunks},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
