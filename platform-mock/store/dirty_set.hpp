// Things that have changed since the last commit, each once however often it was told. Marking costs no allocation once there is room.
//
//   DirtySet<DeviceIndex> devices;
//   devices.mark(DeviceIndex{7});
//   for (const DeviceIndex device : devices.items()) write(device);
//   devices.clear();
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fleetsim::platform {

template <class Item>
class DirtySet {
 public:
  void mark(Item item) {
    if (item.value >= is_marked_.size()) is_marked_.resize(std::size_t{item.value} * 2 + 16, 0);
    if (is_marked_[item.value] != 0) return;
    is_marked_[item.value] = 1;
    items_.push_back(item);
  }
  bool is_marked(Item item) const { return item.value < is_marked_.size() && is_marked_[item.value] != 0; }
  const std::vector<Item>& items() const { return items_; }
  bool empty() const { return items_.empty(); }
  void clear() {
    for (const Item item : items_) is_marked_[item.value] = 0;
    items_.clear();
  }

 private:
  std::vector<Item> items_;
  std::vector<std::uint8_t> is_marked_;
};

}  // namespace fleetsim::platform
