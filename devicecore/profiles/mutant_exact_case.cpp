// The reference, but that it knows Content-Length in this case only.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_exact_case_profile = {
    .name = "mutant-exact-case",
    .summary = "reference, but it minds the case of header names",
    .bootstrap = {.http = HttpDialect::exact_case},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
