// The reference, but that it takes no answer of HTTP/1.0.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_only_http_1_1_profile = {
    .name = "mutant-only-http-1-1",
    .summary = "reference, but it takes no answer of HTTP/1.0",
    .bootstrap = {.http = HttpDialect::only_http_1_1},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
