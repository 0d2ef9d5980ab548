// Remote configuration: one file a product, which its devices fetch, or are told of when it changes.
//
//   configs.set(product, {.id = "123", .url = url, .size = 17, .sign = sha256});
//   if (const RemoteConfig* config = configs.find(product)) tell(*config);
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"

namespace fleetsim::platform::things {

enum class RemoteConfigState : std::uint8_t { on, off };

struct RemoteConfig {
  std::string id;
  std::string url;
  std::uint64_t size = 0;
  std::string sign;  // SHA-256 of the file, hex digits
  RemoteConfigState state = RemoteConfigState::on;
};

class RemoteConfigs {
 public:
  void set(ProductIndex product, RemoteConfig config) {
    configs_[product] = std::move(config);
    changed(product);
  }
  void remove(ProductIndex product) {
    configs_.erase(product);
    changed(product);
  }
  const RemoteConfig* find(ProductIndex product) const {
    const auto at = configs_.find(product);
    return at == configs_.end() ? nullptr : &at->second;
  }

  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }

 private:
  void changed(ProductIndex product) {
    if (journal_ != nullptr) journal_->remote_config_changed(product);
  }

  std::unordered_map<ProductIndex, RemoteConfig> configs_;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform::things
