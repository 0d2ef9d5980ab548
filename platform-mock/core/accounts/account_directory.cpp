#include "platform-mock/core/accounts/account_directory.hpp"

namespace fleetsim::platform {
namespace {

AccountIndex index_of(std::size_t position) { return AccountIndex{static_cast<std::uint32_t>(position)}; }

}  // namespace

std::optional<AccountIndex> AccountDirectory::find(std::string_view id) const {
  for (std::size_t i = 0; i < accounts_.size(); ++i)
    if (accounts_[i].id.view() == id) return index_of(i);
  return std::nullopt;
}

std::optional<AccountIndex> AccountDirectory::find_by_name(std::string_view name) const {
  if (name.empty()) return std::nullopt;
  for (std::size_t i = 0; i < accounts_.size(); ++i)
    if (accounts_[i].name == name) return index_of(i);
  return std::nullopt;
}

std::optional<AccountDirectory::KeyOwner> AccountDirectory::find_access_key(std::string_view key_id) const {
  for (std::size_t i = 0; i < accounts_.size(); ++i)
    for (const AccessKey& key : accounts_[i].access_keys)
      if (key.id == key_id) return KeyOwner{index_of(i), key.secret};
  return std::nullopt;
}

}  // namespace fleetsim::platform
