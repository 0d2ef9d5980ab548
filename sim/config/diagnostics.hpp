// Collects every mistake of one or more configuration files, so that a person sees all of them at once.
//
//   Diagnostics diagnostics;
//   auto scenario = load_scenario("fleet.yaml", {}, diagnostics);
//   if (diagnostics.failed()) std::cerr << diagnostics.text();   // fleet.yaml:12:5: error: ...
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/node.hpp"

namespace fleetsim::sim {

/// More than this is noise: the rest is counted only.
inline constexpr std::size_t diagnostics_listed_max = 200;

struct Diagnostic {
  enum class Severity : std::uint8_t { error, warning } severity = Severity::error;
  Position at;
  std::string message;
};

class Diagnostics {
 public:
  /// Gives a file an index for Position::file.
  std::uint16_t add_file(std::string_view name);
  const std::string& file(std::uint16_t index) const { return files_[index]; }

  void error(const Position& at, std::string message) { add(Diagnostic::Severity::error, at, std::move(message)); }
  void warning(const Position& at, std::string message) { add(Diagnostic::Severity::warning, at, std::move(message)); }

  /// Variables that went into a secret: whoever shows variables leaves these out.
  void keep_secret(const std::vector<std::string>& variables) { secret_variables_.insert(variables.begin(), variables.end()); }
  const std::set<std::string>& secret_variables() const { return secret_variables_; }

  bool failed() const { return errors_ > 0; }
  std::size_t errors() const { return errors_; }
  const std::vector<Diagnostic>& all() const { return all_; }

  /// One line each, in the order of the files and of the lines in them: "file:line:column: error: message".
  std::string text() const;

 private:
  void add(Diagnostic::Severity severity, const Position& at, std::string message);

  std::vector<std::string> files_;
  std::vector<Diagnostic> all_;
  std::set<std::string> secret_variables_;
  std::size_t errors_ = 0;
  std::size_t not_listed_ = 0;
};

}  // namespace fleetsim::sim
