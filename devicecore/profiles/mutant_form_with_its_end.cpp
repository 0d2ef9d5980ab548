// The reference, but that the byte 0 at the end of a C string goes out with the form.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

void put_form_with_end(TextWriter& form, const Identity& identity) {
  put_encoded_form(form, identity);
  form.put('\0');
}

}  // namespace

const FirmwareProfile mutant_form_with_its_end_profile = {
    .name = "mutant-form-with-its-end",
    .summary = "reference, but a byte 0 ends its bootstrap form",
    .bootstrap = {.put_form = &put_form_with_end},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
