// A shared library that is a firmware core: the five functions of devicecore/abi/device_core.h, found and of the right version.
//
//   const auto library = CoreLibrary::open("build/release/lib/example_device_core.so");
//   device_core* const core = (*library)->create(&settings, &why);
#pragma once

#include <memory>
#include <string>

#include "devicecore/abi/device_core.h"
#include "devicecore/base/result.hpp"

namespace fleetsim::sim {

class CoreLibrary {
 public:
  /// The error says what is wrong with it: not there, no library, a function that it lacks, another version.
  static Result<std::shared_ptr<const CoreLibrary>, std::string> open(const std::string& path);

  ~CoreLibrary();
  CoreLibrary(const CoreLibrary&) = delete;
  CoreLibrary& operator=(const CoreLibrary&) = delete;

  decltype(&device_core_create) create = nullptr;
  decltype(&device_core_step) step = nullptr;
  decltype(&device_core_deadline) deadline = nullptr;
  decltype(&device_core_destroy) destroy = nullptr;

 private:
  explicit CoreLibrary(void* handle) : handle_(handle) {}
  template <class Function>
  bool find(Function& function, const char* name, std::string& missing) const;

  void* handle_;
};

}  // namespace fleetsim::sim
