// A folder of a bench, gone with it: the flash of a device that is a program.
//
//   WorkFolder folder;
//   if (folder.path().empty()) …               // nowhere to make one
//   folder.empty();   folder.spoil(FlashDamage::half_written);
#pragma once

#include <string>

#include "sim/conformance/bench.hpp"

namespace fleetsim::sim {

class WorkFolder {
 public:
  WorkFolder();
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const std::string& path() const { return path_; }
  /// Done to every file in it. The error says what could not be done.
  std::string spoil(FlashDamage damage) const;

 private:
  std::string path_;
};

}  // namespace fleetsim::sim
