// What the platform must know of an Alink JSON message, read in one pass that neither builds a tree nor allocates in steady state:
// the id, params and data in compact form, the members of params one by one, code, sys.ack, and the NTP request's deviceSendTime.
//
//   AlinkMessage message;                        // kept: its buffers are reused
//   if (!message.parse(payload)) answer(6207);   // not JSON
//   message.id();                                // "\"123\"" or "123": ready to be put into a reply
//   for (std::size_t i = 0; i < message.member_count(); ++i) keep(message.member(i).name, message.member(i).value);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "platform-mock/core/json_text.hpp"

namespace fleetsim::platform::mqtt {

enum class JsonKind : std::uint8_t { absent, object, array, other };

class AlinkMessage {
 public:
  static constexpr std::size_t id_bytes_max = 1024;
  /// `members_max`: members of params that are kept apart; params_count() counts the others too.
  explicit AlinkMessage(std::size_t members_max = 256) : members_max_(members_max) {}

  /// `"name":value` or `"name":{"value":value,"time":ms}`: the platform takes both forms wherever a device reports values.
  struct Member {
    std::string_view name;     // between its quotes, escaped as JSON wants it
    std::string_view value;    // compact JSON; with a time or without, the value alone
    std::string_view whole;    // compact JSON as it stood, with the value's envelope
    std::int64_t time_ms = 0;  // 0: none was given
  };

  /// False: not a JSON object, or an id (or deviceSendTime) longer than id_bytes_max.
  bool parse(ByteView json);

  /// As a JSON token: a string with its quotes (escapes in their shortest form) or a number as it was sent; `""` when there is none.
  std::string_view id() const { return id_.empty() ? std::string_view("\"\"") : std::string_view(id_); }
  /// As a JSON token; empty when there is none.
  std::string_view device_send_time() const { return device_send_time_; }
  JsonKind params() const { return params_; }
  std::size_t params_count() const { return params_count_; }
  /// Compact JSON, in the order and with the numbers of the message; empty when there is none.
  std::string_view params_text() const { return piece(params_range_); }
  std::string_view data_text() const { return piece(data_range_); }
  std::size_t member_count() const { return members_.size(); }
  /// Valid until the next parse().
  Member member(std::size_t index) const;
  std::optional<std::int64_t> code() const { return code_; }
  /// sys.ack=0: the device wants no reply.
  bool wants_reply() const { return wants_reply_; }

 private:
  struct Handler;
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct MemberRange {
    Range name;
    Range whole;
    Range value;
    std::int64_t time_ms = 0;
  };

  std::string_view piece(Range range) const { return std::string_view(text_).substr(range.begin, range.end - range.begin); }

  std::size_t members_max_;
  std::string id_;
  std::string text_;  // params and data, compact
  Range params_range_;
  Range data_range_;
  std::vector<MemberRange> members_;
  std::string device_send_time_;
  JsonKind params_ = JsonKind::absent;
  std::size_t params_count_ = 0;
  std::optional<std::int64_t> code_;
  bool wants_reply_ = true;
};

}  // namespace fleetsim::platform::mqtt
