// The console's own operations as plain JSON: what people do on the vendor's web pages and no API offers. Cross-account jobs with their
// codes and inboxes, lists of devices as CSV files, retry, records, authorising and transferring devices, handing firmware over.
// platform-mock/console-api.openapi.json describes them.
//
//   ConsoleApi console(config, platform);
//   ConsoleAnswer answer = console.answer({.method = "POST", .path = "/console/api/verification-codes", .query = {},
//                                          .body = R"({"target_account":"198001"})", .session = account}, now, output);
//   send(answer.status, answer.content_type, answer.body);
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform.hpp"

namespace fleetsim::platform {

inline constexpr std::string_view console_path_prefix = "/console/api";

struct ConsoleRequest {
  std::string_view method;                // "GET", "POST"
  std::string_view path;                  // with the prefix
  std::string_view query = {};            // without '?'
  std::string_view body = {};             // JSON, or a CSV file
  std::optional<AccountIndex> session{};  // who asks; nothing: nobody has signed in
  std::string_view stranger = {};         // who said that he had, and is unknown
};

struct ConsoleAnswer {
  std::uint16_t status = 200;
  std::string body;
  std::string_view content_type = "application/json";
};

enum class ConsoleBody : std::uint8_t { none, json, csv };

class ConsoleApi {
 public:
  /// Both must outlive this.
  ConsoleApi(const PlatformConfig& config, Platform& platform) : config_(config), platform_(platform) {}

  /// Unix time of Instant 0, for the times in answers.
  void set_unix_epoch_ms(std::int64_t unix_ms) { unix_epoch_ms_ = unix_ms; }

  ConsoleAnswer answer(const ConsoleRequest& request, Instant now, Output& output);

  struct Operation {
    std::string_view method;
    std::string_view path;  // behind the prefix: "/jobs/{id}/retry"
    ConsoleBody body = ConsoleBody::none;
  };
  /// All that there are, for the description's test.
  static std::span<const Operation> operations();

 private:
  const PlatformConfig& config_;
  Platform& platform_;
  std::int64_t unix_epoch_ms_ = 0;
};

}  // namespace fleetsim::platform
