// What the platform must know of an Alink JSON message, read in one pass that neither builds a tree nor allocates in steady state:
// the id, which kind of value params is and how many members it has, code, sys.ack, and the NTP request's deviceSendTime.
//
//   AlinkMessage message;                        // kept: its buffers are reused
//   if (!message.parse(payload)) answer(6207);   // not JSON
//   message.id();                                // "\"123\"" or "123": ready to be put into a reply
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::platform::mqtt {

enum class JsonKind : std::uint8_t { absent, object, array, other };

class AlinkMessage {
 public:
  static constexpr std::size_t id_bytes_max = 1024;

  /// False: not a JSON object, or an id (or deviceSendTime) longer than id_bytes_max.
  bool parse(ByteView json);

  /// As a JSON token: a string with its quotes (escapes in their shortest form) or a number as it was sent; `""` when there is none.
  std::string_view id() const { return id_.empty() ? std::string_view("\"\"") : std::string_view(id_); }
  /// As a JSON token; empty when there is none.
  std::string_view device_send_time() const { return device_send_time_; }
  JsonKind params() const { return params_; }
  std::size_t params_count() const { return params_count_; }
  std::optional<std::int64_t> code() const { return code_; }
  /// sys.ack=0: the device wants no reply.
  bool wants_reply() const { return wants_reply_; }

 private:
  struct Handler;

  std::string id_;
  std::string device_send_time_;
  JsonKind params_ = JsonKind::absent;
  std::size_t params_count_ = 0;
  std::optional<std::int64_t> code_;
  bool wants_reply_ = true;
};

/// Appends `text` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

}  // namespace fleetsim::platform::mqtt
