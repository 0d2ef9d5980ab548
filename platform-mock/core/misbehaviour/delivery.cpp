#include "platform-mock/core/misbehaviour/delivery.hpp"

#include <string_view>

namespace fleetsim::platform::misbehaviour {
namespace {

ByteView cut_at(ByteView bytes, Delivery::Cut where) {
  const std::size_t body = text_of(bytes).find("\r\n\r\n");
  const std::size_t headers = body == std::string_view::npos ? bytes.size() : body + 4;
  switch (where) {
    case Delivery::Cut::none:
      return bytes;
    case Delivery::Cut::headers:
      return bytes.first(headers / 2);
    case Delivery::Cut::body:
      return bytes.first(headers + (bytes.size() - headers) / 2);
    case Delivery::Cut::everything:
      return {};
  }
  return bytes;
}

}  // namespace

Departure deliver(LateOutput& late, ConnectionId connection, ByteView bytes, const Delivery& delivery, const RightEnd& end, Instant now) {
  if (delivery.silent) {
    if (end.closes) late.end_at(now + end.patience, connection, LateOutput::Ending::close);
    return {};
  }
  bytes = cut_at(bytes, delivery.cut);
  const bool closes = end.closes || delivery.cut != Delivery::Cut::none;
  if (late.append(connection, bytes, closes ? std::optional{LateOutput::Ending::close} : std::nullopt)) return {};
  const bool waits = delivery.delay > Duration::zero() || delivery.piece_bytes > 0;
  if (!waits) return {bytes, closes};
  const LateOutput::Flow flow{
      .start = now + delivery.delay, .piece_bytes = delivery.piece_bytes, .every = delivery.every, .close_after = closes};
  if (!late.stream(connection, bytes, flow)) return {bytes, closes};
  return {};
}

}  // namespace fleetsim::platform::misbehaviour
