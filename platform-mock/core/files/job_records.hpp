// The records of distribution jobs as files: a line for each device, made when it is asked for.
//
//   JobRecords records(distribution, config.record_format);
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
  JobRecords(const Distribution& distribution, RecordFormat format) : distribution_(distribution), format_(format) {}

  std::optional<ServedFile> open(std::string_view name, std::string& scratch) const override {
    const auto job = distribution_.find_job(name);
    if (!job) return std::nullopt;
    const bool is_json = format_ == RecordFormat::json;
    scratch = record_of(distribution_.job(*job), format_);
    return ServedFile{.content = scratch,
                      .content_type = is_json ? "application/json" : "text/csv;charset=utf-8",
                      .download_name = std::string{name} + (is_json ? ".json" : ".csv")};
  }

 private:
  const Distribution& distribution_;
  RecordFormat format_;
};

}  // namespace fleetsim::platform
