// What the management API itself has to keep between calls: ids from the seed, nicknames, applications to register many devices.
//
//   ApiState state(seed);
//   const std::string key = state.new_product_key();
//   if (auto device = state.device_of_iot_id(text)) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/random_ids.hpp"

namespace fleetsim::platform {

enum class ApplicationState : std::uint8_t { checked, registered };

/// Names that were checked together, to be registered together.
struct Application {
  AccountIndex account;
  ProductIndex product;
  Place place;
  ApplicationState state = ApplicationState::checked;
  std::vector<std::string> names;
  std::vector<std::string> invalid;
  std::vector<std::string> nicknames;  // as many as names, or none
};

class ApiState {
 public:
  /// `starts`: Ports::starts; what was drawn before a restart is not drawn again, while devices keep their ids.
  explicit ApiState(std::uint64_t seed, std::uint64_t starts = 0);
  /// How many applications (ApplyId) are kept: the oldest is forgotten when there are more.
  void keep_applications(std::size_t applications_max) { applications_max_ = applications_max; }

  std::string new_product_key() { return "a1" + keys_.text(9); }
  std::string new_product_secret() { return secrets_.text(16); }
  std::string new_device_secret() { return secrets_.hex(32); }
  std::string new_device_name() { return names_.text(20); }
  std::string new_group_id() { return groups_.text(16); }
  std::string new_file_name() { return files_.text(24); }
  std::string new_request_id() { return requests_.uuid(); }
  std::string new_message_id() { return std::to_string(messages_.number()); }

  /// An answer that comes later: at most one for each connection.
  struct Promise {
    std::uint64_t ticket = 0;
    std::size_t action = 0;  // its row
    Instant asked{};
  };
  std::uint64_t promise(ConnectionId connection);
  /// What was asked, once it is known that the answer comes later.
  void describe_promise(ConnectionId connection, std::size_t action, Instant asked);
  /// Nothing when that promise was kept or given up before.
  std::optional<Promise> keep_promise(ConnectionId connection, std::uint64_t ticket);
  std::optional<Promise> give_up_promise(ConnectionId connection);
  std::size_t open_promises() const { return promises_.size(); }

  /// The id of a device that says neither product nor name: a pure function of seed and index.
  std::string iot_id(DeviceIndex device) const;
  /// Nothing for a text that is none. The device may have been removed since.
  std::optional<DeviceIndex> device_of_iot_id(std::string_view text) const;

  /// Where a full table is counted; null: nowhere. It must outlive this.
  void count(LimitCounts* limits) { limits_ = limits; }
  std::int64_t add(Application application);
  Application* find_application(std::int64_t id);
  /// Whoever has changed one says so, for the store.
  void application_changed(std::int64_t id) {
    if (journal_ != nullptr) journal_->application_changed(id);
  }

  void set_nickname(DeviceIndex device, std::string_view nickname);
  std::string_view nickname(DeviceIndex device) const;
  void forget(DeviceIndex device) {
    if (nicknames_.erase(device) > 0) nickname_changed(device);
  }

  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }
  // Puts back what was kept; nobody is told.
  void restore_nickname(DeviceIndex device, std::string nickname) { nicknames_.insert_or_assign(device, std::move(nickname)); }
  void restore(std::int64_t id, Application application);

 private:
  std::uint32_t iot_id_check(std::uint32_t index) const;
  void nickname_changed(DeviceIndex device) {
    if (journal_ != nullptr) journal_->nickname_changed(device);
  }

  RandomIds keys_;
  RandomIds secrets_;
  RandomIds names_;
  RandomIds groups_;
  RandomIds files_;
  RandomIds requests_;
  RandomIds messages_;
  std::uint64_t iot_id_key_;
  std::uint64_t last_ticket_ = 0;
  std::map<ConnectionId, Promise> promises_;
  std::size_t applications_max_ = default_limits.api_applications;
  std::map<std::int64_t, Application> applications_;  // by id, which grow
  std::int64_t next_application_ = 100001;
  std::unordered_map<DeviceIndex, std::string> nicknames_;
  LimitCounts* limits_ = nullptr;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform
