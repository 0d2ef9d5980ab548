// The reference, but that it takes what one read brings for whole records.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_whole_reads_profile = {
    .name = "mutant-tls-whole-reads",
    .summary = "reference, but a TLS record in pieces is too much for it",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.reads_in_pieces = false},
};

}  // namespace fleetsim::device
