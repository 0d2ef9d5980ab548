// What must hold if our own code is right. A broken promise stops the program on the spot, in every build: no message, no libc,
// nothing that a microcontroller lacks. Never for what a peer or the host can cause.
//
//   ensure(state_ == State::idle);
#pragma once

namespace fleetsim {

constexpr void ensure(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace fleetsim
