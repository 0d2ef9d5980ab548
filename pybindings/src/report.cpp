// What a run found out. Python's Report reads the JSON report for all that is a number or a text; here are the other forms.
#include <memory>
#include <optional>
#include <pybind11/stl.h>
#include <string>
#include <string_view>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/interpreter_end.hpp"
#include "sim/report/exit_code.hpp"
#include "sim/report/html_report.hpp"
#include "sim/report/json_report.hpp"
#include "sim/report/run_result.hpp"
#include "sim/report/summary.hpp"
#include "sim/weather/weather_csv.hpp"

namespace fleetsim::python {
namespace {

using sim::Histogram;
using sim::RunResult;
using sim::Series;

sim::Metric trend_named(const std::string& name) {
  std::string trends;
  for (std::size_t i = 0; i < sim::metric_count; ++i) {
    const auto metric = static_cast<sim::Metric>(i);
    if (!sim::metric_is_trend(metric)) continue;
    if (sim::metric_name(metric) == name) return metric;
    trends += (trends.empty() ? "" : ", ") + std::string{sim::metric_name(metric)};
  }
  throw py::value_error("metric: \"" + name + "\" has no histogram; those that have: " + trends);
}

/// Which series are wanted, by the words of their tags; nothing: all.
struct Wanted {
  std::optional<std::string> group;
  std::optional<std::string> region;
  std::optional<std::string> leg;
  std::optional<std::string> profile;

  bool fits(const sim::Tags& tags, const sim::TagNames& names) const {
    const auto is = [](const std::optional<std::string>& word, std::string_view tag) { return !word || *word == tag; };
    return is(group, sim::name_at(names.groups, tags.group)) && is(region, sim::name_at(names.regions, tags.region)) &&
           is(leg, sim::leg_name(tags.leg)) && is(profile, sim::name_at(names.profiles, tags.profile));
  }
};

void refuse_unknown(std::string_view argument, const std::optional<std::string>& word, const std::vector<std::string>& known) {
  if (!word) return;
  std::string all;
  for (const std::string& one : known) {
    if (one == *word) return;
    if (!one.empty()) all += (all.empty() ? "" : ", ") + one;
  }
  throw py::value_error(std::string{argument} + ": \"" + *word + "\" is not in the run; it has " + (all.empty() ? "none" : all));
}

std::shared_ptr<const Histogram> histogram(const std::shared_ptr<RunResult>& result, const std::string& metric_word, const Wanted& wanted,
                                           bool corrected) {
  const sim::Metric metric = trend_named(metric_word);
  refuse_unknown("group", wanted.group, result->tag_names.groups);
  refuse_unknown("region", wanted.region, result->tag_names.regions);
  refuse_unknown("leg", wanted.leg, {"bootstrap", "mqtt", ""});
  refuse_unknown("profile", wanted.profile, result->tag_names.profiles);
  const auto of = [corrected](const Series& series) -> const Histogram& { return corrected ? series.latency : series.latency_uncorrected; };
  std::vector<const Series*> found;
  for (const Series& series : result->metrics.all())
    if (series.metric == metric && wanted.fits(series.tags, result->tag_names)) found.push_back(&series);
  // One alone is looked at where it lies; it keeps its report.
  if (found.size() == 1) return {result, &of(*found.front())};
  auto sum = std::make_shared<Histogram>();
  for (const Series* series : found) sum->merge(of(*series));
  return sum;
}

std::string summary(const RunResult& result, bool color) {
  return sim::summary_text(result, {.color = color ? sim::Color::ansi : sim::Color::off});
}

}  // namespace

void bind_report(py::module_& module) {
  py::class_<RunResult, std::shared_ptr<RunResult>>(module, "RunResult", "What a run found out.")
      .def("json", &sim::json_report, py::call_guard<AwayFromPython>(), "As scenarios/report.schema.json describes it.")
      .def("html", &sim::html_report, py::call_guard<AwayFromPython>(), "One page, without anything from elsewhere.")
      .def("summary", &summary, py::arg("color"), "The page of text for people.")
      .def(
          "weather_csv", [](const RunResult& self) { return sim::weather_csv(self.weather, self.tag_names); },
          "What happened over time, a row a bucket, region and group.")
      .def_readonly("trace_hash", &RunResult::trace_hash)
      .def_property_readonly("verdict", [](const RunResult& self) { return sim::verdict_name(self.verdict); })
      .def_property_readonly("exit_code", [](const RunResult& self) { return static_cast<int>(sim::exit_code_of(self)); })
      .def(
          "histogram",
          [](const std::shared_ptr<RunResult>& self, const std::string& metric, std::optional<std::string> group,
             std::optional<std::string> region, std::optional<std::string> leg, std::optional<std::string> profile, bool corrected) {
            return std::const_pointer_cast<Histogram>(
                histogram(self, metric, {std::move(group), std::move(region), std::move(leg), std::move(profile)}, corrected));
          },
          py::arg("metric"), py::arg("group"), py::arg("region"), py::arg("leg"), py::arg("profile"), py::arg("corrected"));
}

}  // namespace fleetsim::python
