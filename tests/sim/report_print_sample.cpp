// Prints a report with something in every field: as JSON for the schema test; with --html as a page for the browser, in which everything
// that comes from outside tries to be more than text.
#include <cstdio>
#include <cstring>

#include "sim/report/html_report.hpp"
#include "sim/report/json_report.hpp"
#include "tests/sim/report_sample.hpp"

namespace {

constexpr const char* hostile = "\"'><img src=http://127.0.0.1:9/x onerror=alert(1)><script>document.title='taken'</script>";

void make_hostile(fleetsim::sim::RunResult& result) {
  result.vars["devices"] = hostile;
  result.failures.push_back({hostile, hostile, hostile});
  result.stranded.push_back({hostile, hostile, "</li></ul><iframe src=//127.0.0.1:9></iframe>"});
  result.steps_failed.emplace_back(hostile);
  result.distribution.front().job = hostile;
  result.distribution.front().targets[hostile] = 1;
  result.misbehaviour[hostile] = 3;
  result.tag_names.groups.back() = std::string{"valves"} + hostile;
  result.tag_names.regions.back() += "</style><style>body{display:none}</style>";
}

}  // namespace

int main(int argc, char** argv) {
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
  const bool html = argc > 1 && std::strcmp(argv[1], "--html") == 0;
  if (html) make_hostile(result);
  std::fputs(html ? html_report(result).c_str() : json_report(result).c_str(), stdout);
}
