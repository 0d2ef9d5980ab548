// The "Living" C SDK: a timestamp in the form, HMAC-SHA1 with a long list of extras. Notified, it clears the endpoint it had stored and
// asks for a new one, and sends no reply (in its source that line is commented out). It also goes where bootstrap/config/push sends it.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

using std::chrono::seconds;

void put_form(TextWriter& form, const Identity& identity) {
  form.put("productKey=").put(identity.product_key()).put("&deviceName=").put(identity.device_name());
  form.put("&clientId=").put(identity.product_key()).put('.').put(identity.device_name());
  form.put("&timestamp=").put(signing_timestamp).put("&resources=mqtt");
}

/// The names and their order are the SDK's. The values of the token, by which an app binds the device to its user, and of the maker's and
/// the module's ids are each product's own: these are of a device that nobody has bound yet.
void put_extras(TextWriter& text, const LoginExtras& extras) {
  text.put("securemode=").put(extras.config.mqtt_tls ? '2' : '3').put(",tokenType=0,token=00000000000000000000000000000000");
  text.put(",_v=sdk-c-3.0.1,timestamp=").put(extras.timestamp).put(",signmethod=").put(extras.sign_method);
  text.put(",lan=C,pid=fleetsim.maker,mid=fleetsim.module,_fy=1,_ss=1");
}

constexpr std::uint8_t doublings_max = 5;

/// 1 s, 2 s, 4 s and so on to 30 s.
Duration wait_doubling(Backoff& backoff, const BackoffConfig&, std::uint32_t) {
  const std::uint8_t failures = backoff.count();
  return failures >= doublings_max ? seconds{30} : seconds{1U << failures};
}

}  // namespace

const FirmwareProfile living_profile = {
    .name = "living",
    .summary = "Living SDK: no reply to a notify, clears its endpoint first; obeys bootstrap/config/push; HMAC-SHA1",
    .bootstrap = {.put_form = &put_form},
    .login = {.put_extras = &put_extras, .sign_method = HmacMethod::sha1},
    .session = {.keep_alive_s = 60},
    .retry = {.wait = &wait_doubling, .success_forgives = true},
    .notify = {.reply = NotifyReply::none, .then = AfterNotify::forget_and_move, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
