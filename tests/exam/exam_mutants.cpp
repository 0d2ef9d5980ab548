// Whole exams of many devices in one process, so that they share what is dear to make (keys of certificates): exam_mutants DUT... prints
// the catalogue, then a line for each device with the requirements that found something wrong with it.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sim/conformance/discovery.hpp"
#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/selection.hpp"

namespace fleetsim::sim {
namespace {

/// As `fleetsim conform` does it. The error says why it could not be done.
Result<std::string, std::string> failed_by(const std::string& name, const std::vector<const Requirement*>& catalogue) {
  const auto dut = make_dut(name);
  if (!dut.ok()) return fail(dut.error());
  ExaminerOptions options;
  options.capabilities = discover(**dut, {}).capabilities;
  const ExamSheet sheet = examine(**dut, catalogue, options);
  if (!sheet.problem.empty()) return fail(sheet.problem);
  std::string line = name;
  for (const Examined& one : sheet.examined)
    if (one.verdict == ExamVerdict::fail || !one.findings.empty()) line.append(" ").append(one.requirement->id);
  return line;
}

int examine_all(const std::vector<std::string>& names) {
  const std::vector<const Requirement*> catalogue = *select({});
  std::string ids = "catalogue";
  for (const Requirement* one : catalogue) ids.append(" ").append(one->id);
  std::puts(ids.c_str());
  std::atomic<std::size_t> next{0};
  std::atomic<int> problems{0};
  std::mutex mutex;
  const auto work = [&] {
    for (std::size_t i = next++; i < names.size(); i = next++) {
      const auto line = failed_by(names[i], catalogue);
      const std::lock_guard lock(mutex);
      if (!line.ok()) ++problems;
      std::fputs((line.ok() ? *line + "\n" : "exam_mutants: " + names[i] + ": " + line.error() + "\n").c_str(),
                 line.ok() ? stdout : stderr);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return problems == 0 ? 0 : 1;
}

}  // namespace
}  // namespace fleetsim::sim

int main(int count, char** arguments) { return fleetsim::sim::examine_all({arguments + 1, arguments + count}); }
