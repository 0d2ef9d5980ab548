// Bytes on their way between a TLS session and its shell: in at the end, out at the front. The memory is kept while it is in use and given
// back when the queue runs empty after a large burst, so that idle sessions cost little.
//
//   queue.append(ciphertext);
//   const std::size_t n = queue.take(buffer);
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::device {

class ByteQueue {
 public:
  static constexpr std::size_t kept_bytes_max = std::size_t{4} * 1024;

  std::size_t size() const { return bytes_.size() - taken_; }
  bool empty() const { return size() == 0; }
  ByteView view() const { return ByteView(bytes_).subspan(taken_); }

  void append(ByteView bytes) {
    if (taken_ > bytes_.size() / 2) {  // moving the smaller half now and then keeps the cost per byte constant
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
      taken_ = 0;
    }
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  std::size_t take(MutableBytes out) {
    const std::size_t count = std::min(out.size(), size());
    if (count != 0) std::memcpy(out.data(), bytes_.data() + taken_, count);
    taken_ += count;
    if (empty()) clear();
    return count;
  }

  void clear() {
    bytes_.clear();
    taken_ = 0;
    if (bytes_.capacity() > kept_bytes_max) std::vector<std::uint8_t>().swap(bytes_);
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t taken_ = 0;
};

}  // namespace fleetsim::device
