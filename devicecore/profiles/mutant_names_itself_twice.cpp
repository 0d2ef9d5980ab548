// The reference, but that it puts its name into the form twice.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

void put_name_twice(TextWriter& form, const Identity& identity) {
  put_encoded_form(form, identity);
  form.put("&deviceName=").put(identity.device_name());
}

}  // namespace

const FirmwareProfile mutant_names_itself_twice_profile = {
    .name = "mutant-names-itself-twice",
    .summary = "reference, but its device name stands twice in its bootstrap request",
    .bootstrap = {.put_form = &put_name_twice},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
