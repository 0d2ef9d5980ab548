// What can be wrong with the certificate that a TLS listener shows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fleetsim::platform {

enum class CertificateFault : std::uint8_t { none, expired, wrong_name, unknown_ca };
inline constexpr std::size_t certificate_fault_count = 4;

}  // namespace fleetsim::platform
