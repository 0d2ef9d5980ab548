// One exam from its first look at the device to what its reports say; who tells people of it (conform.cpp, Python) listens in.
//
//   ConformExam exam{verb, **make_dut(verb.dut, dut_options_of(verb)), *read_given_files(verb), {.stop = &interrupted}};
//   const ExamSheet sheet = exam.examine_all(*select(wanted));
//   const SheetFacts facts = exam.facts_of(sheet);                      // its exit code is there
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/app/command_line.hpp"
#include "sim/conformance/baseline.hpp"
#include "sim/conformance/capabilities.hpp"
#include "sim/conformance/discovery.hpp"
#include "sim/conformance/duts/dut_options.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_facts.hpp"
#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {

/// Files that an exam is given.
struct GivenFiles {
  std::optional<Baseline> baseline;
  Capabilities declared;
};

/// The error says what is wrong with one of them.
Result<GivenFiles, std::string> read_given_files(const ConformVerb& verb);
DutOptions dut_options_of(const ConformVerb& verb);

struct ExamListener {
  const std::atomic<bool>* stop = nullptr;               // set: the exam ends with what it has
  std::function<void(const Examined&)> examined{};       // in the order in which they end; one at a time
  std::function<void(const ExamProgress&)> heartbeat{};  // twice a second; never beside `examined`
};

class ConformExam {
 public:
  /// All of them outlive the exam.
  ConformExam(const ConformVerb& verb, DutAdapter& adapter, const GivenFiles& given, const ExamListener& listener)
      : verb_(verb), adapter_(adapter), given_(given), listener_(listener) {}

  ExamSheet examine_all(const std::vector<const Requirement*>& chosen);
  SheetFacts facts_of(const ExamSheet& sheet) const;
  /// What the device does by nature; known once it was examined.
  const Capabilities& capabilities() const { return capabilities_; }
  /// Seconds of the host's time since it began.
  double elapsed() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

 private:
  ExaminerOptions options() const;
  Discovery look_at_device(const ExaminerOptions& options) const;
  bool looks_closely(const std::vector<const Requirement*>& chosen) const;
  ExitCode exit_code_of(const ExamSheet& sheet) const;

  const ConformVerb& verb_;
  DutAdapter& adapter_;
  const GivenFiles& given_;
  const ExamListener& listener_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  Capabilities capabilities_;
};

}  // namespace fleetsim::sim
