// The word for a kind of packet in a rule.
#pragma once

#include <string_view>

#include "platform-mock/core/misbehaviour/situations.hpp"

namespace fleetsim::platform::misbehaviour {

constexpr std::string_view packet_word(PacketKind kind) {
  switch (kind) {
    case PacketKind::connack:
      return "connack";
    case PacketKind::puback:
      return "puback";
    case PacketKind::suback:
      return "suback";
    case PacketKind::unsuback:
      return "unsuback";
    case PacketKind::pingresp:
      return "pingresp";
    case PacketKind::reply:
      return "reply";
    case PacketKind::notify:
      return "notify";
    case PacketKind::message:
      return "message";
    case PacketKind::other:
      break;
  }
  return "";
}

}  // namespace fleetsim::platform::misbehaviour
