// The device secret in flash, or the token in its place with the client id that belongs to it, for a device that was burned with its
// product's secret alone and has asked for its own. One slot is enough, because the order is: answer -> write -> written -> first login. A
// device that is cut off
//   - before or during the write finds no whole record and asks again: the platform tells a secret until the device is activated, and
//     gives another token until then;
//   - after it has the secret, or the token.
// It logs in only with one that is in flash: once activated, the platform would not tell it a second time.
//
//   encode_secret(identity, slot);          // 160 bytes, for WriteSlot
//   decode_secret(power_on.secret, identity);
#pragma once

#include "devicecore/base/bytes.hpp"
#include "devicecore/identity.hpp"

namespace fleetsim::device {

/// `out` has at least limits::endpoint_slot_bytes, all of which are written. Precondition: identity.has_secret().
void encode_secret(const Identity& identity, MutableBytes out);
/// Gives the identity its secret. False when the slot is empty, torn, or of another device.
bool decode_secret(ByteView slot, Identity& identity);

}  // namespace fleetsim::device
