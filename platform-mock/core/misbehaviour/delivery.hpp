// The way out of a bootstrap answer that is cut, held back or dripped.
#pragma once

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/misbehaviour/late_output.hpp"
#include "platform-mock/core/misbehaviour/situations.hpp"
#include "platform-mock/core/output.hpp"

namespace fleetsim::platform::misbehaviour {

/// How the answer would end if it went out as it should.
struct RightEnd {
  bool closes = false;  // the connection, behind it
  Duration patience{};  // with a peer that hears nothing and does not leave
};

/// What goes out at once.
struct Departure {
  ByteView bytes;
  bool close = false;
};

/// `bytes` is a whole answer, or several.
Departure deliver(LateOutput& late, ConnectionId connection, ByteView bytes, const Delivery& delivery, const RightEnd& end, Instant now);

}  // namespace fleetsim::platform::misbehaviour
