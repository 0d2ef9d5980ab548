// One message of a protocol, read for people and programs: what both readers (MQTT, HTTP) make of a byte stream. Secrets are taken out
// of every text in here; where they stand in the stream is said, so that a capture can overwrite them.
//
//   for (const DecodedMessage& message : read_mqtt(stream, Direction::up)) print(message.name, message.summary);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/trace/secrets.hpp"

namespace fleetsim::sim {

/// How far a message could be read.
enum class Reading : std::uint8_t {
  whole,
  malformed,   // all of it came, and it breaks a rule: see problem
  incomplete,  // the stream ended inside it
  unread,      // bytes behind something malformed that hides where the next message begins
};

using FieldValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

/// For JSON; names are snake_case.
struct MessageField {
  std::string name;
  FieldValue value;
};

struct DecodedMessage {
  std::string name;     // "CONNECT", "PUBLISH", "POST /auth/bootstrap", "200 OK", "bytes" when it is none
  std::string summary;  // the rest of one line for people; may be empty
  std::vector<MessageField> fields;
  Reading reading = Reading::whole;
  std::string problem;             // the rule that was broken, in words; empty when whole
  ByteRange place;                 // in the stream
  std::vector<ByteRange> secrets;  // in the stream

  template <class Value>
  void add(std::string_view field, Value&& value) {
    fields.push_back({std::string(field), FieldValue(std::forward<Value>(value))});
  }
};

constexpr std::string_view reading_name(Reading reading) {
  switch (reading) {
    case Reading::whole:
      return "whole";
    case Reading::malformed:
      return "malformed";
    case Reading::incomplete:
      return "incomplete";
    case Reading::unread:
      return "unread";
  }
  return "";
}

}  // namespace fleetsim::sim
