#include "platform-mock/core/misbehaviour/late_output.hpp"

#include <algorithm>

namespace fleetsim::platform::misbehaviour {

bool LateOutput::hold(Instant when, Waiting waiting) {
  const std::size_t size = waiting.bytes.size();
  if (size > held_bytes_max_ - held_bytes_) {
    ++overflows_;
    if (limits_ != nullptr) limits_->reached(LimitKind::misbehaviour_held_bytes);
    return false;
  }
  held_bytes_ += size;
  waiting_.emplace(std::pair{when, next_number_++}, std::move(waiting));
  return true;
}

bool LateOutput::send_at(Instant when, ConnectionId connection, ByteView bytes) {
  return hold(when, {.connection = connection, .bytes = {bytes.begin(), bytes.end()}});
}

bool LateOutput::send_and_hold(Instant when, ConnectionId connection, ByteView bytes) {
  if (!send_at(when, connection, bytes)) return false;
  gates_.emplace_back(connection, when);
  return true;
}

bool LateOutput::stream(ConnectionId connection, ByteView bytes, const Flow& flow) {
  return hold(flow.start, {.connection = connection,
                           .bytes = {bytes.begin(), bytes.end()},
                           .taken = 0,
                           .flow = flow,
                           .ending = flow.close_after ? std::optional{Ending::close} : std::nullopt});
}

bool LateOutput::append(ConnectionId connection, ByteView bytes, std::optional<Ending> ending) {
  const auto last =
      std::find_if(waiting_.rbegin(), waiting_.rend(), [connection](const auto& entry) { return entry.second.connection == connection; });
  if (last == waiting_.rend()) return false;
  if (bytes.size() > held_bytes_max_ - held_bytes_) {
    ++overflows_;
    if (limits_ != nullptr) limits_->reached(LimitKind::misbehaviour_held_bytes);
    return false;
  }
  held_bytes_ += bytes.size();
  last->second.bytes.insert(last->second.bytes.end(), bytes.begin(), bytes.end());
  if (ending) last->second.ending = ending;
  return true;
}

void LateOutput::end_at(Instant when, ConnectionId connection, Ending ending) {
  hold(when, {.connection = connection, .bytes = {}, .taken = 0, .flow = {}, .ending = ending});
}

std::optional<Instant> LateOutput::gate(ConnectionId connection, Instant now) {
  std::erase_if(gates_, [now](const auto& gate) { return gate.second <= now; });
  const auto found = std::find_if(gates_.begin(), gates_.end(), [connection](const auto& gate) { return gate.first == connection; });
  if (found == gates_.end()) return std::nullopt;
  return found->second;
}

bool LateOutput::sends_to(ConnectionId connection) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [connection](const auto& entry) { return entry.second.connection == connection; });
}

std::optional<LateOutput::Due> LateOutput::take_due(Instant now) {
  // A stream that has gone on in this step stands here again with a newer number: its next piece is for the next step.
  auto next = waiting_.begin();
  while (next != waiting_.end() && next->first.first <= now && next->first.second >= step_begins_at_) ++next;
  if (next == waiting_.end() || next->first.first > now) return std::nullopt;
  Waiting waiting = std::move(next->second);
  waiting_.erase(next);

  const std::size_t left = waiting.bytes.size() - waiting.taken;
  const std::size_t size = waiting.flow.piece_bytes == 0 ? left : std::min(left, waiting.flow.piece_bytes);
  Due due{.connection = waiting.connection};
  const auto from = waiting.bytes.begin() + static_cast<std::ptrdiff_t>(waiting.taken);
  due.bytes.assign(from, from + static_cast<std::ptrdiff_t>(size));
  if (size == left) {
    due.ending = waiting.ending;
    held_bytes_ -= waiting.bytes.size();
    return due;
  }
  waiting.taken += size;
  const Instant when = now + waiting.flow.every;
  waiting_.emplace(std::pair{when, next_number_++}, std::move(waiting));
  return due;
}

void LateOutput::forget(ConnectionId connection) {
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    if (entry->second.connection != connection) {
      ++entry;
      continue;
    }
    held_bytes_ -= entry->second.bytes.size();
    entry = waiting_.erase(entry);
  }
  std::erase_if(gates_, [connection](const auto& gate) { return gate.first == connection; });
}

}  // namespace fleetsim::platform::misbehaviour
