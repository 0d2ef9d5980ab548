// The record of a job, as it is downloaded: a CSV file with a line for each device, or a JSON array with an object for each.
//
//   record_of(job, RecordFormat::csv);   // "DeviceName,Code,Message\r\ndev1,200,\r\nghost,6100,there is no such device\r\n"
#pragma once

#include <string>

#include "platform-mock/core/distribution_job.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {

std::string record_of(const Job& job, RecordFormat format);

}  // namespace fleetsim::platform
