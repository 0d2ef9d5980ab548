// The reference, but that it signs with HMAC-MD5.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_weak_signature_profile = {
    .name = "mutant-weak-signature",
    .summary = "reference, but it signs with HMAC-MD5",
    .login = {.sign_method = HmacMethod::md5},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
