// The platform's own C SDK 4.x below an application that does what its bootstrap demo leaves open: it asks the global endpoint again once
// it was notified. JSON is searched flat and must be compact. The SDK answers any numeric command with 200, keeps no endpoint in flash, and
// always reconnects to the same host: the first time at once, then after 2 s more with each failure.
#include "devicecore/decimal.hpp"
#include "devicecore/flat_json.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// As the reference's, but values go out as they are.
void put_raw_form(TextWriter& form, const Identity& identity) {
  form.put("productKey=").put(identity.product_key()).put("&deviceName=").put(identity.device_name());
  form.put("&clientId=").put(identity.product_key()).put('.').put(identity.device_name()).put("&resources=mqtt");
}

/// The first host and port anywhere in the body; its code is not looked at.
BootstrapAnswer read_answer(ByteView body) {
  BootstrapAnswer answer;
  const auto host = find_flat(text_of(body), "host");
  const auto port = find_flat(text_of(body), "port");
  answer.failure = host && port ? read_endpoint(*host, *port, answer.endpoint) : Failure::endpoint_missing;
  return answer;
}

/// The first id and cmd anywhere; no method, no nesting.
std::optional<Notify> read_notify(ByteView payload) {
  const auto id = find_flat(text_of(payload), "id");
  const auto command = find_flat(text_of(payload), "cmd");
  if (!id || !command || id->empty() || id->size() > limits::alink_id_bytes_max) return std::nullopt;
  const auto number = parse_decimal(*command, 0x7fffffffU);
  if (!number) return std::nullopt;
  const bool quoted = *(id->data() - 1) == '"';
  const std::string_view verbatim = quoted ? std::string_view(id->data() - 1, id->size() + 2) : *id;
  return Notify{*id, verbatim, static_cast<std::int32_t>(*number)};
}

constexpr std::string_view sdk_version = "sdk-c-4.2.0";

void put_extras(TextWriter& text, const LoginExtras& extras) {
  text.put("timestamp=").put(extras.timestamp).put(",_ss=1,_v=").put(sdk_version);
  text.put(",securemode=").put(extras.config.mqtt_tls ? '2' : '3');
  text.put(",signmethod=").put(extras.sign_method).put(",ext=3,_conn=").put(extras.config.mqtt_tls ? "tls_" : "tcp_");
  bool leading = true;
  for (unsigned shift = 32; shift > 0;) {
    shift -= 4;
    const std::uint32_t digit = (extras.connect_ms >> shift) & 0x0fU;
    leading = leading && digit == 0 && shift > 0;
    if (!leading) text.put("0123456789abcdef"[digit]);
  }
}

constexpr std::uint8_t failures_counted_max = 60;
constexpr std::uint16_t spread_ms = 1000;  // drawn once: half of it is taken off again

Duration wait_linearly(Backoff& backoff, const BackoffConfig&, std::uint32_t random) {
  const std::uint8_t counted = backoff.count();
  const std::uint16_t lot = backoff.lot(spread_ms, random);
  const std::uint8_t failures = counted < failures_counted_max ? counted : failures_counted_max;
  if (failures == 0) return Duration::zero();
  return seconds{2} * (failures + 1) + milliseconds{lot - spread_ms / 2};
}

}  // namespace

const FirmwareProfile linksdk_4_profile = {
    .name = "linksdk-4",
    .summary = "C SDK 4.x: flat compact JSON, linear back-off, answers every command, keeps no endpoint, never asks again by itself",
    .bootstrap =
        {
            .put_form = &put_raw_form,
            .read_answer = &read_answer,
            .http = HttpDialect::linksdk,
            .form_apart = true,
            .remembers_endpoint = false,
            .answer_timeout = seconds{5},
        },
    .login = {.put_extras = &put_extras, .sign_method = HmacMethod::sha256, .version = sdk_version},
    .session = {.keep_alive_s = 1200, .clean_session = true, .ping_every = seconds{25}, .publish_retry = seconds{3}},
    .retry = {.wait = &wait_linearly, .success_forgives = true, .falls_back = false},
    .notify = {.read = &read_notify, .reply = NotifyReply::every_command},
};

}  // namespace fleetsim::device
