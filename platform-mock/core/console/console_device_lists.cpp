// Lists of devices as files.
#include <algorithm>
#include <boost/json/array.hpp>
#include <limits>

#include "platform-mock/core/console/console_operations.hpp"

namespace fleetsim::platform::console {

Result<std::vector<DeviceName>, ConsoleError> devices_in(const ConsoleCall& call, std::string_view csv) {
  const Limits& limits = call.config.limits;
  const std::size_t rows_max = limits.mode == LimitsMode::documented ? limits.devices_per_job : std::numeric_limits<std::size_t>::max();
  auto names = read_device_list(csv, {.bytes_max = limits.device_list_bytes, .rows_max = rows_max});
  if (names) return std::move(*names);
  ConsoleError error{400, {"iot.check.InvalidFormattedParameter", "the device list has mistakes"}, names.error()};
  const bool too_large = std::any_of(error.problems.begin(), error.problems.end(), [](const CsvProblem& one) { return one.too_large; });
  if (too_large) error.error.limit = LimitKind::device_list;
  return fail(std::move(error));
}

ConsoleResult read_list(ConsoleCall& call) {
  const auto names = devices_in(call, call.text);
  if (!names) return fail(names.error());
  boost::json::array devices;
  for (const DeviceName& name : *names) devices.emplace_back(name.view());
  return ConsoleContent{.json = {{"devices", std::move(devices)}}};
}

ConsoleResult download_template(ConsoleCall&) { return ConsoleContent{.csv = device_list_template()}; }

}  // namespace fleetsim::platform::console
