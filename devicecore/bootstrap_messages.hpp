// What the bootstrap exchange looks like: the request's bytes and the meaning of the answer's body.
//
//   TextWriter text(workspace.scratch());
//   put_bootstrap_request(text, identity, config.bootstrap_host);
//   ...
//   BootstrapAnswer answer = parse_bootstrap_answer(reader.body());
//   if (answer.failure == Failure::none) connect_to(answer.endpoint);
#pragma once

#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/device_event.hpp"
#include "devicecore/endpoint.hpp"
#include "devicecore/http_response_reader.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/json_reader.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

/// The form's fields with values percent-encoded where a form needs it. Nothing in it is secret or signed.
void put_encoded_form(TextWriter& form, const Identity& identity);
using BootstrapForm = void (*)(TextWriter& form, const Identity& identity);

/// POST /auth/bootstrap with that form. Returns the size of its head, behind which the form stands.
std::size_t put_bootstrap_request(TextWriter& text, const Identity& identity, std::string_view host,
                                  BootstrapForm form = &put_encoded_form);

/// productKey=…&deviceName=…, the beginning of every form.
void put_encoded_names(TextWriter& form, const Identity& identity);
/// A POST of that form. Returns the size of its head.
std::size_t put_form_request(TextWriter& text, std::string_view path, std::string_view host, std::string_view form);

struct BootstrapAnswer {
  Failure failure = Failure::none;
  std::int32_t code = 0;  // the body's own, when it could be read
  Endpoint endpoint;      // when failure is none
};

/// The members "host" and "port" (a number, or one in quotes) of `mqtt`. none, endpoint_missing or endpoint_invalid.
Failure read_endpoint(const JsonReader& json, JsonValue mqtt, Endpoint& endpoint);
/// Where an MQTT server is, as text: a valid host, and a port of 1..65535. none or endpoint_invalid.
Failure read_endpoint(std::string_view host, std::string_view port, Endpoint& endpoint);

/// Wants "code" 200 and data.resources.mqtt.host and .port (a number, or one in quotes). Other members do not matter.
BootstrapAnswer parse_bootstrap_answer(ByteView body);

/// When an endpoint is written to flash.
enum class EndpointWrites : std::uint8_t {
  when_changed,
  each_answer,   // of the bootstrap, whatever it says
  each_session,  // each time that the device is accepted, too
};

/// How a firmware asks the global endpoint, as data of its profile.
struct BootstrapDialect {
  BootstrapForm put_form = &put_encoded_form;
  BootstrapAnswer (*read_answer)(ByteView body) = &parse_bootstrap_answer;
  HttpDialect http = HttpDialect::standard;
  bool form_apart = false;         // head and form leave in two writes
  bool remembers_endpoint = true;  // in flash; else every power-on begins with a bootstrap
  EndpointWrites writes = EndpointWrites::when_changed;
  bool checks_record = true;    // what flash holds counts only when its checksum says so
  bool starts_at_home = false;  // an empty flash leads to the endpoint that is burned in, not to bootstrap
  bool heeds_retry_after = true;
  Duration answer_timeout{0};  // from the open link on; 0: DeviceConfig::bootstrap_timeout is for both together
};

}  // namespace fleetsim::device
