// The records of distribution jobs as files: a CSV with a line for each device, made when it is asked for.
//
//   JobRecords records(distribution);
//   files.add(std::string{job_record_folder}, records);
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/distribution_record.hpp"
#include "platform-mock/core/files/file_server.hpp"

namespace fleetsim::platform {

inline constexpr std::string_view job_record_folder = "job";

class JobRecords final : public FileSource {
 public:
  explicit JobRecords(const Distribution& distribution) : distribution_(distribution) {}

  std::optional<ServedFile> open(std::string_view name, std::string& scratch) const override {
    const auto job = distribution_.find_job(name);
    if (!job) return std::nullopt;
    scratch = record_of(distribution_.job(*job));
    return ServedFile{.content = scratch, .content_type = "text/csv;charset=utf-8", .download_name = std::string{name} + ".csv"};
  }

 private:
  const Distribution& distribution_;
};

}  // namespace fleetsim::platform
