// Figures of the socket shell: how much it does at once, and how long a close may take. What a peer can run into is a setting
// (platform_config.hpp).
#pragma once

#include <chrono>
#include <cstddef>

#include "devicecore/base/time.hpp"

namespace fleetsim::platform {

inline constexpr int kListenBacklog = 4096;
inline constexpr int kAcceptsPerWakeMax = 64;                              // then the open connections have their turn
inline constexpr std::chrono::milliseconds kAcceptPause{50};               // after running out of descriptors
inline constexpr std::size_t kReadBytesMax = std::size_t{64} * 1024;       // one read, into the one buffer of the thread
inline constexpr std::size_t kPlaintextBytesMax = std::size_t{16} * 1024;  // one TLS record
inline constexpr std::size_t kEarlyWriteBytes = std::size_t{256} * 1024;   // written before the step ends
inline constexpr Duration kCloseTimeout = std::chrono::seconds{2};         // for the last bytes and the peer's own close
inline constexpr Duration kFlushTime = std::chrono::seconds{1};            // of a drain, at most: kept for the last bytes

}  // namespace fleetsim::platform
