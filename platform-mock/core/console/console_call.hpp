// One call of the console's API as its operation sees it, and what operations share: errors, fields of a body, pages.
//
//   ConsoleResult retry_job(ConsoleCall& call) {
//     const auto job = own_job(call);
//     if (!job) return fail(job.error());
//     ...
//   }
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/console/device_list_csv.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform.hpp"

namespace fleetsim::platform {

struct ConsoleError {
  std::uint16_t status = 400;
  PlatformError error;
  std::vector<CsvProblem> problems = {};  // of an uploaded file
};

/// What an operation answers: JSON, or a file.
struct ConsoleContent {
  std::uint16_t status = 200;
  boost::json::object json = {};
  std::optional<std::string> csv = {};
};
using ConsoleResult = Result<ConsoleContent, ConsoleError>;

struct ConsoleCall {
  const PlatformConfig& config;
  Platform& platform;
  AccountIndex account;
  std::vector<std::string> parts;  // what stands for {…} in the path, in order
  std::vector<std::pair<std::string, std::string>> query;
  std::string_view text;     // the body as it came
  boost::json::object body;  // of a POST with JSON
  std::int64_t unix_epoch_ms = 0;
  Instant now{};
  Output& output;

  const Registry& registry() const { return platform.registry(); }
  std::string_view query_of(std::string_view name) const;
  std::int64_t unix_ms(Instant when) const;
  std::string_view account_id(AccountIndex index) const { return registry().account(index).id.view(); }
};

/// The status that goes with the platform's code.
ConsoleError refuse(PlatformError error);
ConsoleError bad_parameter(std::string message);
ConsoleError not_found(std::string_view code, std::string message);

/// A device of this account that the path names: product, then name.
Result<DeviceIndex, ConsoleError> own_device(const ConsoleCall& call);

/// Reads members of a JSON object and keeps the first mistake; finish() finds members that nobody asked for.
class JsonFields {
 public:
  JsonFields(const boost::json::object& object, std::string path) : object_(object), path_(std::move(path)) {}

  bool has(std::string_view name) const { return object_.contains(name); }
  /// Empty when it is not there.
  std::string text(std::string_view name);
  std::optional<std::uint64_t> whole(std::string_view name);
  std::optional<double> number(std::string_view name);
  /// Null when it is not there.
  const boost::json::object* object(std::string_view name);
  const boost::json::array* array(std::string_view name);
  void mistake(std::string_view name, std::string_view expected);
  std::optional<ConsoleError> finish();
  const std::string& path() const { return path_; }

 private:
  const boost::json::value* find(std::string_view name);

  const boost::json::object& object_;
  std::string path_;
  std::set<std::string, std::less<>> known_;
  std::optional<std::string> mistake_;
};

struct Page {
  std::size_t number = 1;  // from 1
  std::size_t size = 20;

  std::size_t first() const { return (number - 1) * size; }
};
inline constexpr std::size_t page_size_max = 200;
Result<Page, ConsoleError> page_of(const ConsoleCall& call);

/// The account that a body's target_account or target_account_name means; another one than the caller's.
Result<AccountIndex, ConsoleError> target_account(const ConsoleCall& call, JsonFields& fields);

boost::json::object place_json(const Registry& registry, InstanceIndex instance);

}  // namespace fleetsim::platform
