// The device SDK for Node.js, 1.2.8: it knows no bootstrap and never moves. It subscribes for itself after each connect, one filter at a
// time and the topics of a gateway included, signs with HMAC-SHA1 in lower-case hex and the time of day, and tries again every second.
#include <array>

#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

constexpr std::array<std::string_view, 16> filters = {
    "/sys/{}/thing/event/property/post_reply",
    "/sys/{}/thing/service/property/set",
    "/sys/{}/thing/event/+/post_reply",
    "/sys/{}/thing/deviceinfo/update_reply",
    "/sys/{}/thing/deviceinfo/delete_reply",
    "/sys/{}/thing/config/get_reply",
    "/shadow/get/{}",
    "/sys/{}/thing/config/push",
    "/sys/{}/thing/config/push_reply",
    "/sys/{}/thing/topo/add_reply",
    "/sys/{}/thing/topo/delete_reply",
    "/sys/{}/thing/topo/get_reply",
    "/ext/session/{}/combine/login_reply",
    "/ext/session/{}/combine/logout_reply",
    "/sys/{}/thing/sub/register_reply",
    "/sys/{}/rrpc/request/+",
};

void put_extras(TextWriter& text, const LoginExtras& extras) {
  text.put("securemode=").put(extras.config.mqtt_tls ? '2' : '3').put(",signmethod=").put(extras.sign_method);
  text.put(",timestamp=").put(extras.timestamp).put(",lan=NodeJS,_v=1.2.8");
}

Duration wait_a_second(Backoff&, const BackoffConfig&, std::uint32_t) { return std::chrono::seconds{1}; }

}  // namespace

const FirmwareProfile node_sdk_profile = {
    .name = "node-sdk",
    .summary = "SDK for Node.js: no bootstrap, never moves; 16 subscriptions of its own, reconnects every second",
    .can_bootstrap = false,
    .can_upgrade = false,
    .login =
        {
            .put_extras = &put_extras,
            .sign_method = HmacMethod::sha1,
            .hex = HexCase::lower,
            .time = LoginTime::wall_clock,
            .separator = '&',
        },
    .session =
        {
            .keep_alive_s = 60,
            .clean_session = false,
            .connect_timeout = std::chrono::seconds{30},
            .subscriptions = filters,
        },
    .retry = {.wait = &wait_a_second},
};

}  // namespace fleetsim::device
