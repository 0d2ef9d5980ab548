#include "platform-mock/store/place_numbers.hpp"

#include <SQLiteCpp/Statement.h>
#include <algorithm>

#include "platform-mock/store/database.hpp"
#include "platform-mock/store/row_writer.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::uint32_t numbers_max = 1000000;

template <class Known>
void keep(std::vector<Known>& known, std::uint32_t number, Known entry) {
  if (number >= numbers_max) throw_damaged("number " + std::to_string(number) + " of an account or instance");
  if (number >= known.size()) known.resize(number + 1);
  known[number] = std::move(entry);
}

}  // namespace

void PlaceNumbers::load(SQLite::Database& database, const Registry& registry) {
  RowWriter put_account(database, "INSERT INTO account(id, name) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET name = ?2");
  for (std::uint32_t i = 0; i < registry.account_count(); ++i) {
    const AccountConfig& account = registry.account(AccountIndex{i});
    put_account(account.id.view(), account.name);
  }
  RowWriter put_instance(database,
                         "INSERT INTO instance(id, name, region, owner) VALUES(?1, ?2, ?3, ?4) "
                         "ON CONFLICT(id) DO UPDATE SET name = ?2, region = ?3, owner = ?4");
  for (std::uint32_t i = 0; i < registry.instance_count(); ++i) {
    const InstanceConfig& instance = registry.instance(InstanceIndex{i}).config;
    const bool is_owned = instance.kind == InstanceKind::enterprise;
    put_instance(instance.id.view(), instance.name, instance.region.view(), is_owned ? std::optional{instance.owner.view()} : std::nullopt);
  }

  account_numbers_.assign(registry.account_count(), 0);
  SQLite::Statement accounts(database, "SELECT number, id FROM account");
  while (accounts.executeStep()) {
    const std::uint32_t number = number_in(accounts.getColumn(0));
    Known entry{accounts.getColumn(1).getString(), {}};
    if (const auto index = registry.find_account(entry.id)) {
      entry.index = index->value;
      account_numbers_[index->value] = number;
    }
    keep(accounts_, number, std::move(entry));
  }
  instance_numbers_.assign(registry.instance_count(), 0);
  SQLite::Statement instances(database, "SELECT number, id FROM instance");
  while (instances.executeStep()) {
    const std::uint32_t number = number_in(instances.getColumn(0));
    Known entry{instances.getColumn(1).getString(), {}};
    if (const auto index = registry.find_instance(entry.id)) {
      entry.index = index->value;
      instance_numbers_[index->value] = number;
    }
    keep(instances_, number, std::move(entry));
  }
}

AccountIndex PlaceNumbers::account(const SQLite::Column& column) const {
  const std::uint32_t number = number_in(column);
  if (number >= accounts_.size() || accounts_[number].id.empty()) throw_damaged("account number " + std::to_string(number) + " is unknown");
  if (!accounts_[number].index) throw_contradiction("account " + accounts_[number].id + " is missing in the configuration");
  return AccountIndex{*accounts_[number].index};
}

InstanceIndex PlaceNumbers::instance(const SQLite::Column& column) const {
  const std::uint32_t number = number_in(column);
  if (number >= instances_.size() || instances_[number].id.empty())
    throw_damaged("instance number " + std::to_string(number) + " is unknown");
  if (!instances_[number].index) throw_contradiction("instance " + instances_[number].id + " is missing in the configuration");
  return InstanceIndex{*instances_[number].index};
}

PlatformConfig stored_places(SQLite::Database& database) {
  PlatformConfig config;
  SQLite::Statement accounts(database, "SELECT id, name FROM account ORDER BY number");
  while (accounts.executeStep())
    config.accounts.push_back({.id = AccountId{accounts.getColumn(0).getString()}, .name = accounts.getColumn(1).getString()});
  SQLite::Statement instances(database, "SELECT id, name, region, owner FROM instance ORDER BY number");
  while (instances.executeStep()) {
    InstanceConfig instance;
    instance.id = InstanceId{instances.getColumn(0).getString()};
    instance.name = instances.getColumn(1).getString();
    instance.region = RegionId{instances.getColumn(2).getString()};
    if (!instances.getColumn(3).isNull()) {
      instance.kind = InstanceKind::enterprise;
      instance.owner = AccountId{instances.getColumn(3).getString()};
      const auto is_owner = [&instance](const AccountConfig& account) { return account.id == instance.owner; };
      if (std::none_of(config.accounts.begin(), config.accounts.end(), is_owner)) throw_damaged("an instance belongs to nobody");
    }
    const auto same = [&instance](const RegionConfig& region) { return region.id == instance.region; };
    if (std::none_of(config.regions.begin(), config.regions.end(), same))
      config.regions.push_back({.id = instance.region, .name = {}, .location = {}});
    config.instances.push_back(std::move(instance));
  }
  return config;
}

}  // namespace fleetsim::platform
