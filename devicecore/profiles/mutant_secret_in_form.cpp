// The reference, but that it shows its secret to the bootstrap endpoint, which nobody asked it to.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

void put_form(TextWriter& form, const Identity& identity) {
  put_encoded_form(form, identity);
  form.put("&deviceSecret=").put(identity.device_secret());
}

}  // namespace

const FirmwareProfile mutant_secret_in_form_profile = {
    .name = "mutant-secret-in-form",
    .summary = "reference, but its secret stands in its bootstrap request",
    .bootstrap = {.put_form = &put_form},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
