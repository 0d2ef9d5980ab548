// Prints a JSON report with something in every field, for the schema test.
#include <cstdio>

#include "sim/report/json_report.hpp"
#include "tests/sim/report_sample.hpp"

int main() {
  using namespace fleetsim::sim;
  RunResult result = sample_result();
  result.verdict = Verdict::fail;
  result.generator.valid = false;
  result.generator.why_invalid = {"late arrivals 12%: lower the rate"};
  result.violations = {"a1TestPK001/meters-000001 was accepted by two instances"};
  result.steps_failed = {"steps[2] wait_until moved: 998 of 1000 after 60 s"};
  result.failures = {{"a1TestPK001/meters-000003", "meters", "connect refused: 4"}};
  result.failures_total = 1;
  result.stranded = {{"a1TestPK001/meters-000002", "meters", "never asked the bootstrap endpoint"}};
  result.devices_stranded = 1;
  std::fputs(json_report(result).c_str(), stdout);
}
