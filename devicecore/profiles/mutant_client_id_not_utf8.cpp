// The reference, but that a byte in its client id is no UTF-8, as one has it who copies a serial number from flash unread.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

void put_extras_with_a_stray_byte(TextWriter& text, const LoginExtras& extras) {
  put_reference_extras(text, extras);
  text.put(",_m=").put(static_cast<char>(0xff));
}

}  // namespace

const FirmwareProfile mutant_client_id_not_utf8_profile = {
    .name = "mutant-client-id-not-utf8",
    .summary = "reference, but its client id is no UTF-8",
    .login = {.put_extras = &put_extras_with_a_stray_byte},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
