// Who has an account, found by id, by name or by the id of an access key.
//
//   AccountDirectory accounts(config.accounts);
//   if (auto account = accounts.find_by_name("makers")) use(accounts.account(*account));
//   if (auto owner = accounts.find_access_key("LTAI-1")) check(signature, owner->secret);
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {

class AccountDirectory {
 public:
  /// Accounts without a double id, name or key: problems_of() has seen to it.
  explicit AccountDirectory(std::vector<AccountConfig> accounts) : accounts_(std::move(accounts)) {}

  std::optional<AccountIndex> find(std::string_view id) const;
  /// Nothing for an empty name.
  std::optional<AccountIndex> find_by_name(std::string_view name) const;

  struct KeyOwner {
    AccountIndex account;
    std::string_view secret;  // lives as long as the directory
  };
  std::optional<KeyOwner> find_access_key(std::string_view key_id) const;

  const AccountConfig& account(AccountIndex index) const { return accounts_[index.value]; }
  std::size_t size() const { return accounts_.size(); }

 private:
  std::vector<AccountConfig> accounts_;  // a handful: searched from the front
};

}  // namespace fleetsim::platform
