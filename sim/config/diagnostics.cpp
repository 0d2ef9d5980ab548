#include "sim/config/diagnostics.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

namespace fleetsim::sim {

std::uint16_t Diagnostics::add_file(std::string_view name) {
  for (std::size_t i = 0; i < files_.size(); ++i)
    if (files_[i] == name) return static_cast<std::uint16_t>(i);
  files_.emplace_back(name);
  return static_cast<std::uint16_t>(files_.size() - 1);
}

void Diagnostics::add(Diagnostic::Severity severity, const Position& at, std::string message) {
  if (severity == Diagnostic::Severity::error) ++errors_;
  if (all_.size() >= diagnostics_listed_max) {
    ++not_listed_;
    return;
  }
  all_.push_back({severity, at, std::move(message)});
}

std::string Diagnostics::text() const {
  std::vector<const Diagnostic*> sorted;
  sorted.reserve(all_.size());
  for (const Diagnostic& one : all_) sorted.push_back(&one);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return std::tie(a->at.file, a->at.line, a->at.column) < std::tie(b->at.file, b->at.line, b->at.column);
  });
  std::string out;
  for (const Diagnostic* one : sorted) {
    const std::string_view severity = one->severity == Diagnostic::Severity::error ? "error" : "warning";
    const std::string_view name = one->at.file < files_.size() ? std::string_view{files_[one->at.file]} : std::string_view{"command line"};
    if (one->at.line == 0)
      out += fmt::format("{}: {}: {}\n", name, severity, one->message);
    else
      out += fmt::format("{}:{}:{}: {}: {}\n", name, one->at.line, one->at.column, severity, one->message);
  }
  if (not_listed_ > 0) out += fmt::format("... and {} more\n", not_listed_);
  return out;
}

}  // namespace fleetsim::sim
