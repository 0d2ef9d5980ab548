// What this process may open and what it has used, as the system tells it.
//
//   const std::uint64_t descriptors = raise_descriptor_limit();
//   const std::uint64_t before = thread_cpu_microseconds();
#pragma once

#include <cstdint>

namespace fleetsim::sim {

/// A fleet needs every descriptor it can get: raises the soft limit to the hard one, and returns what it is now.
std::uint64_t raise_descriptor_limit();

/// CPU time of the whole process and of the calling thread.
std::uint64_t process_cpu_microseconds();
std::uint64_t thread_cpu_microseconds();

/// Memory of this process that is in RAM, in bytes.
std::uint64_t resident_bytes();

}  // namespace fleetsim::sim
