// The flash of a device that is a program: a file a slot in a folder. A write is whole or was never there, whenever the process dies: it
// goes to a file beside, is made durable, and takes the old one's name.
//
//   FlashFolder flash("/var/lib/dut");
//   if (const std::string wrong = flash.problem(); !wrong.empty()) give_up(wrong);
//   bool ok = flash.write(slot, bytes);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::sim {

class FlashFolder {
 public:
  /// Makes the folder when it is not there.
  explicit FlashFolder(std::string folder);

  /// Why nothing can be kept there; empty: all is well.
  const std::string& problem() const { return problem_; }
  /// Empty: never written.
  std::vector<std::uint8_t> read(std::size_t slot) const;
  /// False: it is as it was.
  bool write(std::size_t slot, ByteView bytes);
  /// A part of a firmware image; one at offset 0 begins a new image.
  bool write_image(std::size_t offset, ByteView bytes);

 private:
  std::string path_of(std::size_t slot) const;

  std::string folder_;
  std::string problem_;
};

}  // namespace fleetsim::sim
