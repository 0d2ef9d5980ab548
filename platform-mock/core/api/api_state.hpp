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

#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/random_ids.hpp"

namespace fleetsim::platform {

/// Applications (ApplyId) that are kept; the oldest is forgotten when there are more.
inline constexpr std::size_t applications_max = 1000;

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

  std::string new_product_key() { return "a1" + keys_.text(9); }
  std::string new_product_secret() { return secrets_.text(16); }
  std::string new_device_secret() { return secrets_.hex(32); }
  std::string new_device_name() { return names_.text(20); }
  std::string new_group_id() { return groups_.text(16); }
  std::string new_file_name() { return files_.text(24); }
  std::string new_request_id() { return requests_.uuid(); }
  std::string new_message_id() { return std::to_string(messages_.number()); }

  // Answers that come later: at most one for each connection.
  std::uint64_t promise(ConnectionId connection);
  /// False when that promise was kept or given up before.
  bool keep_promise(ConnectionId connection, std::uint64_t ticket);
  void give_up_promise(ConnectionId connection) { promises_.erase(connection); }

  /// The id of a device that says neither product nor name: a pure function of seed and index.
  std::string iot_id(DeviceIndex device) const;
  /// Nothing for a text that is none. The device may have been removed since.
  std::optional<DeviceIndex> device_of_iot_id(std::string_view text) const;

  std::int64_t add(Application application);
  Application* find_application(std::int64_t id);

  void set_nickname(DeviceIndex device, std::string_view nickname);
  std::string_view nickname(DeviceIndex device) const;
  void forget(DeviceIndex device) { nicknames_.erase(device); }

 private:
  std::uint32_t iot_id_check(std::uint32_t index) const;

  RandomIds keys_;
  RandomIds secrets_;
  RandomIds names_;
  RandomIds groups_;
  RandomIds files_;
  RandomIds requests_;
  RandomIds messages_;
  std::uint64_t iot_id_key_;
  std::uint64_t last_ticket_ = 0;
  std::map<ConnectionId, std::uint64_t> promises_;
  std::map<std::int64_t, Application> applications_;  // by id, which grow
  std::int64_t next_application_ = 100001;
  std::unordered_map<DeviceIndex, std::string> nicknames_;
};

}  // namespace fleetsim::platform
