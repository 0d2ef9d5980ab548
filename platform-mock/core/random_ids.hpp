// Ids, keys and secrets that look real and come from the platform's seed alone: each concern has its own stream, so that more of one
// changes nothing of another.
//
//   RandomIds request_ids(ports.seed, "requests");
//   request_ids.uuid();            // "5C9A4B1E-…"
//   product_keys.text(9);          // letters and digits
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform-mock/core/random_stream.hpp"

namespace fleetsim::platform {

class RandomIds {
 public:
  RandomIds(std::uint64_t seed, std::string_view concern) : random_(seed, concern) {}

  std::uint64_t number() { return random_.next(); }
  /// Letters of both cases and digits.
  std::string text(std::size_t length);
  /// Lower-case hexadecimal digits, as secrets are.
  std::string hex(std::size_t length);
  /// The form of a version 4 UUID, upper case.
  std::string uuid();

 private:
  std::string of(std::string_view alphabet, std::size_t length);

  RandomStream random_;
};

}  // namespace fleetsim::platform
