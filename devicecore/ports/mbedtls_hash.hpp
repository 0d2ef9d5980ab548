// The HashPort by mbedTLS. It keeps nothing of its own: the contexts live in the lent state, so any thread may use it.
//
//   config.hash = mbedtls_hash();
#pragma once

#include "devicecore/base/hash_port.hpp"

namespace fleetsim::device {

HashPort mbedtls_hash();

}  // namespace fleetsim::device
