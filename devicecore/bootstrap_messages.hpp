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
#include "devicecore/device_event.hpp"
#include "devicecore/endpoint.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

/// POST /auth/bootstrap with the form that the platform's own SDKs send. Nothing in it is secret or signed.
void put_bootstrap_request(TextWriter& text, const Identity& identity, std::string_view host);

struct BootstrapAnswer {
  Failure failure = Failure::none;
  std::int32_t code = 0;  // the body's own, when it could be read
  Endpoint endpoint;      // when failure is none
};

/// Wants "code" 200 and data.resources.mqtt.host and .port (a number, or one in quotes). Other members do not matter.
BootstrapAnswer parse_bootstrap_answer(ByteView body);

}  // namespace fleetsim::device
