// Hears of every write into a folder that is a device's flash, as soon as it has begun, and tears those that were never finished: what a
// power cut in their middle leaves. (inotify)
//
//   auto watch = FlashWatch::begin(folder);                 // null: this host has no room for one more
//   poll(watch->descriptor()); if (watch->begun() > 0) { kill the program; watch->tear(); }
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace fleetsim::sim {

class FlashWatch {
 public:
  /// Folders within it, too, once they are there.
  static std::unique_ptr<FlashWatch> begin(const std::string& folder);
  ~FlashWatch();
  FlashWatch(const FlashWatch&) = delete;
  FlashWatch& operator=(const FlashWatch&) = delete;

  /// Readable when something was written.
  int descriptor() const { return descriptor_; }
  /// How many writes have begun since it was asked last. A file that is written in pieces is one until it is closed.
  std::size_t begun();
  /// Once nobody writes any more: files that were open for writing when begun() was asked last have lost the second half of what they hold.
  void tear();

 private:
  explicit FlashWatch(int descriptor) : descriptor_(descriptor) {}
  void watch(const std::string& folder);

  int descriptor_;
  std::map<int, std::string> folders_;  // by watch
  std::set<std::string> open_;          // written to, and not closed
};

}  // namespace fleetsim::sim
