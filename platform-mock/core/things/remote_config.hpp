// Remote configuration: one file a product, which its devices fetch, or are told of when it changes.
//
//   configs.set(product, {.id = "1f3a", .content = R"({"interval":60})", .sign = sha256});
//   if (const RemoteConfig* config = configs.find(product)) tell(*config, configs.url_of(product, unix_ms));
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
  std::string id;       // another one for another content
  std::string content;  // JSON text
  std::string sign;     // its SHA-256, hex digits
  RemoteConfigState state = RemoteConfigState::on;
};

/// Who serves the files.
class RemoteConfigUrls {
 public:
  virtual ~RemoteConfigUrls() = default;
  virtual std::string url_of(ProductIndex product, const RemoteConfig& config, std::int64_t unix_ms) const = 0;
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
  /// Where the file is to be fetched; empty while nobody serves it, or there is none.
  std::string url_of(ProductIndex product, std::int64_t unix_ms) const {
    const RemoteConfig* const config = find(product);
    return urls_ == nullptr || config == nullptr ? std::string{} : urls_->url_of(product, *config, unix_ms);
  }

  /// It must outlive this.
  void serve_files(const RemoteConfigUrls* urls) { urls_ = urls; }
  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }

 private:
  void changed(ProductIndex product) {
    if (journal_ != nullptr) journal_->remote_config_changed(product);
  }

  std::unordered_map<ProductIndex, RemoteConfig> configs_;
  const RemoteConfigUrls* urls_ = nullptr;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform::things
