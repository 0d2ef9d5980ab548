// A recording sorted into links: for each, when it opened and ended as both ends saw it, what was sent each way, what arrived of it, and
// the messages that it was. What timelines and captures are made from.
//
//   for (const Conversation& link : conversations_of(recording)) for (const DecodedMessage& m : link.up.messages) ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/decoded_message.hpp"
#include "sim/trace/recorder.hpp"

namespace fleetsim::sim {

/// One moment, as both ends saw it; an end that did not tell has none.
struct TwoMoments {
  std::optional<Instant> device;
  std::optional<Instant> platform;

  std::optional<Instant> of(WireEnd end) const { return end == WireEnd::device ? device : platform; }
  void set(WireEnd end, Instant at) { (end == WireEnd::device ? device : platform) = at; }
  bool known() const { return device || platform; }
  /// The earlier one. Precondition: known().
  Instant first() const;
};

/// The bytes of one direction as one end told them.
struct ToldStream {
  struct Mark {
    std::size_t end = 0;  // how many bytes had gone or come by then
    Instant at{};
  };
  std::vector<std::uint8_t> bytes;
  std::vector<Mark> marks;

  /// When the byte before `end` had gone or come; nothing: it has not.
  std::optional<Instant> moment_of(std::size_t end) const;
};

struct OneWay {
  ToldStream sent;
  ToldStream received;
  TwoMoments finished;
  TwoMoments reset;
  std::vector<DecodedMessage> messages;

  /// The sender's word, or the receiver's when the sender said nothing.
  const ToldStream& best() const { return sent.marks.empty() ? received : sent; }
};

struct Conversation {
  device::Leg leg{};
  std::uint32_t connection = 0;
  bool is_kept_back = false;  // an attempt that never came to the network
  std::uint16_t endpoint = wire_bootstrap;
  WireEvent place;  // of the first event: addresses and ports
  TwoMoments opening;
  TwoMoments opened;
  TwoMoments failed;
  device::LinkEnd end{};  // of failed
  OneWay up;
  OneWay down;

  const OneWay& way(Direction direction) const { return direction == Direction::up ? up : down; }
  OneWay& way(Direction direction) { return direction == Direction::up ? up : down; }
};

/// In the order in which they began.
std::vector<Conversation> conversations_of(const Recording& recording);

/// What cannot be on links that neither lose nor change nor double bytes: one sentence each.
std::vector<std::string> contradictions_of(const std::vector<Conversation>& conversations);

}  // namespace fleetsim::sim
