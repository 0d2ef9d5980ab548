// Where secrets stand in what a device and the platform say to one another, so that nobody who looks at a timeline or a capture sees
// them: values of deviceSecret, deviceToken, sign, random and the like, in JSON and in forms, whole or cut off.
//
//   const std::vector<ByteRange> found = find_secrets(R"({"deviceSecret":"abc"})");   // {{17, 3}}
//   without_secrets(text, found);                                                     // {"deviceSecret":"(3 bytes)"}
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::sim {

struct ByteRange {
  std::size_t begin = 0;
  std::size_t end = 0;  // behind the last byte
  std::size_t size() const { return end - begin; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// In order, without overlaps. Works on any bytes: what is cut off ends with them.
std::vector<ByteRange> find_secrets(std::string_view text);

/// The text with "(n bytes)" in each secret's place.
std::string without_secrets(std::string_view text, std::span<const ByteRange> secrets);

/// Overwrites them with stars: every length stays what it was.
void overwrite_secrets(MutableBytes bytes, std::span<const ByteRange> secrets);

}  // namespace fleetsim::sim
