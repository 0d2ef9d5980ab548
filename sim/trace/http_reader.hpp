// Reads an HTTP/1.1 byte stream for people: requests up, answers down. Written apart from the device's response reader and from the
// platform's parser, as mqtt_reader.hpp is from the MQTT codecs.
//
//   for (const DecodedMessage& message : read_http(stream, Direction::down, StreamEnd::ended)) ...
//
// The places of the messages cover the whole stream, in order. Behind a message whose end cannot be known nothing more is read.
#pragma once

#include <cstdint>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "sim/trace/decoded_message.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

/// Whether more may come: an answer without a length ends where the stream does.
enum class StreamEnd : std::uint8_t { open, ended };

/// `stream` is all that was said in one direction, from the link's first byte on.
std::vector<DecodedMessage> read_http(ByteView stream, Direction direction, StreamEnd end);

}  // namespace fleetsim::sim
