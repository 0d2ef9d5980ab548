#include "sim/conformance/duts/core_library.hpp"

#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>

namespace fleetsim::sim {

CoreLibrary::~CoreLibrary() { ::dlclose(handle_); }

template <class Function>
bool CoreLibrary::find(Function& function, const char* name, std::string& missing) const {
  function = reinterpret_cast<Function>(::dlsym(handle_, name));
  if (function == nullptr) missing += (missing.empty() ? "" : ", ") + std::string(name);
  return function != nullptr;
}

Result<std::shared_ptr<const CoreLibrary>, std::string> CoreLibrary::open(const std::string& path) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(path, problem))
    return fail(fmt::format("there is no file \"{}\"; expected a shared library that is a firmware core (devicecore/abi/README.md)", path));
  // A name without a slash would be looked for among the system's libraries.
  const std::string absolute = std::filesystem::absolute(path, problem).string();
  void* const handle = ::dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const why = ::dlerror();
    return fail(fmt::format("\"{}\" cannot be loaded: {}", path, why == nullptr ? "no reason is told" : why));
  }
  const std::shared_ptr<CoreLibrary> library(new CoreLibrary(handle));
  decltype(&device_core_abi_version) version = nullptr;
  std::string missing;
  library->find(version, "device_core_abi_version", missing);
  library->find(library->create, "device_core_create", missing);
  library->find(library->step, "device_core_step", missing);
  library->find(library->deadline, "device_core_deadline", missing);
  library->find(library->destroy, "device_core_destroy", missing);
  if (!missing.empty())
    return fail(
        fmt::format("\"{}\" is no firmware core: it has no {}; expected the functions of devicecore/abi/device_core.h", path, missing));
  if (const std::uint32_t found = version(); found != DEVICE_CORE_ABI_VERSION)
    return fail(fmt::format("\"{}\" was made for version {} of devicecore/abi/device_core.h; expected version {}", path, found,
                            DEVICE_CORE_ABI_VERSION));
  return std::shared_ptr<const CoreLibrary>(library);
}

}  // namespace fleetsim::sim
