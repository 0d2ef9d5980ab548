// The parsing scripts of products as files, by product key.
//
//   ParsingScripts scripts(registry);
//   files.add(std::string{parsing_script_folder}, scripts);
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform-mock/core/files/file_server.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

inline constexpr std::string_view parsing_script_folder = "script";

class ParsingScripts final : public FileSource {
 public:
  explicit ParsingScripts(const Registry& registry) : registry_(registry) {}

  std::optional<ServedFile> open(std::string_view name, std::string&) const override {
    const auto product = registry_.find_product(name);
    if (!product || registry_.product(*product).data.parsing_script.empty()) return std::nullopt;
    return ServedFile{.content = registry_.product(*product).data.parsing_script,
                      .content_type = "text/plain;charset=utf-8",
                      .download_name = std::string{name} + ".js"};
  }

 private:
  const Registry& registry_;
};

}  // namespace fleetsim::platform
