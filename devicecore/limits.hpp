// Every size and count that bounds a device, in one place. Raising one costs RAM on the board: see the size table in README.md.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fleetsim::device::limits {

inline constexpr std::size_t product_key_bytes_max = 32;
inline constexpr std::size_t device_name_bytes_max = 32;  // the platform's own limit
inline constexpr std::size_t device_secret_bytes_max = 64;
inline constexpr std::size_t client_id_bytes_max = 64;   // the part before the first '|'
inline constexpr std::size_t credential_bytes_max = 96;  // a secret; or a token and its client id, each within its own limit
inline constexpr std::size_t host_bytes_max = 128;
inline constexpr std::size_t topic_bytes_max = 128;
inline constexpr std::size_t publishes_in_flight_max = 16;  // unacknowledged QoS 1 publishes
inline constexpr std::size_t subscribes_in_flight_max = 4;
inline constexpr std::uint8_t pings_unanswered_max = 3;  // of pings by the clock
inline constexpr std::size_t actions_per_step_max = 64;
inline constexpr std::size_t scratch_bytes = std::size_t{16} * 1024;        // lent to every step for what it sends
inline constexpr std::size_t received_actions_max = 16;                     // that one received packet can cause
inline constexpr std::size_t received_scratch_bytes_max = 2048;             // likewise
inline constexpr std::size_t http_line_bytes_max = 128;                     // longer header lines are skipped, never stored
inline constexpr std::size_t http_head_bytes_max = std::size_t{16} * 1024;  // all lines of an answer together, before it is given up
inline constexpr std::size_t bootstrap_body_bytes_max = 1024;
inline constexpr std::uint16_t retry_after_s_max = 3600;  // what a server may ask for; longer, and a mistake there would switch devices off
inline constexpr std::size_t version_bytes_max = 64;
inline constexpr std::size_t url_bytes_max = 512;  // of a firmware image
inline constexpr std::uint32_t image_bytes_max = 256U * 1024 * 1024;
inline constexpr std::size_t image_part_bytes = std::size_t{8} * 1024;  // downloaded at a time: a large block
inline constexpr std::uint8_t upgrade_failures_max = 5;                 // in a row, of a download
inline constexpr std::size_t alink_name_bytes_max = 30;                 // of an event; the topic has room for no more
inline constexpr std::size_t alink_id_bytes_max = 64;                   // of a message that we answer
inline constexpr std::size_t property_posts_in_flight_max = 16;         // remembered until their reply; the oldest gives way
inline constexpr std::uint8_t quick_moves_max = 4;  // moves without a stable time between them, before they are slowed down
inline constexpr std::size_t json_tokens_max = 64;
inline constexpr std::size_t endpoint_slot_bytes = 160;  // one flash slot
inline constexpr std::uint8_t secret_slot = 2;           // where a registered device keeps its secret; 0 and 1 are the endpoint's
inline constexpr std::size_t device_bytes_max = 768;     // sizeof(Device)

}  // namespace fleetsim::device::limits
