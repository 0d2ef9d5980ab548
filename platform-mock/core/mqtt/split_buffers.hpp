// Buffers for packets that arrive in pieces, lent to the few connections that need one and reused, so that a fleet whose packets are
// cut by the network costs neither an allocation each nor a buffer per connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace fleetsim::platform::mqtt {

class SplitBuffers {
 public:
  using Buffer = std::unique_ptr<std::vector<std::uint8_t>>;

  Buffer take() {
    if (spare_.empty()) return std::make_unique<std::vector<std::uint8_t>>();
    Buffer buffer = std::move(spare_.back());
    spare_.pop_back();
    return buffer;
  }
  void give_back(Buffer buffer) {
    if (buffer == nullptr || spare_.size() >= spare_max || buffer->capacity() > spare_bytes_max) return;
    buffer->clear();
    spare_.push_back(std::move(buffer));
  }

 private:
  static constexpr std::size_t spare_max = 64;
  static constexpr std::size_t spare_bytes_max = std::size_t{16} * 1024;

  std::vector<Buffer> spare_;
};

}  // namespace fleetsim::platform::mqtt
