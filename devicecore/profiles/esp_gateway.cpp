// An ESP32 gateway by somebody who read the documentation and did without an SDK: the shortest form, a retry every 2 s whatever happens.
// Notified, it erases what it stored, replies, and boots anew.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

void put_form(TextWriter& form, const Identity& identity) {
  form.put("productKey=").put(identity.product_key()).put("&deviceName=").put(identity.device_name());
}

Duration wait_two_seconds(Backoff&, const BackoffConfig&, std::uint32_t) { return std::chrono::seconds{2}; }

}  // namespace

const FirmwareProfile esp_gateway_profile = {
    .name = "esp-gateway",
    .summary = "hand-written bootstrap: shortest form, retries every 2 s; a notify makes it erase, reply and reboot",
    .sub_devices_max = 16,
    .bootstrap = {.put_form = &put_form},
    .retry = {.wait = &wait_two_seconds},
    .notify = {.then = AfterNotify::forget_and_reboot},
};

}  // namespace fleetsim::device
