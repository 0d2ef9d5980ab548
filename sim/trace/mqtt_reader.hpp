// Reads an MQTT 3.1.1 byte stream for people, in either direction: a third reader, written apart from the device's codec and from the
// platform's, so that a timeline does not believe what one of them believes.
//
//   for (const DecodedMessage& packet : read_mqtt(stream, Direction::up)) ...
//
// The places of the messages cover the whole stream, in order. A packet that breaks a rule is shown with the rule and what may be shown of
// its bytes; reading goes on behind it, unless its length cannot be read. A password is never shown, nor is a packet that might hide one.
#pragma once

#include <vector>

#include "devicecore/base/bytes.hpp"
#include "sim/trace/decoded_message.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

/// `stream` is all that was said in one direction, from the link's first byte on.
std::vector<DecodedMessage> read_mqtt(ByteView stream, Direction direction);

}  // namespace fleetsim::sim
