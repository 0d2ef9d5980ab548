// The exam of a device, by the same way as `fleetsim conform`.
#include <memory>
#include <mutex>
#include <optional>
#include <pybind11/stl.h>
#include <string>
#include <utility>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/waiting.hpp"
#include "sim/app/conform_exam.hpp"
#include "sim/conformance/capabilities_file.hpp"
#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/reports/sheet_html.hpp"
#include "sim/conformance/reports/sheet_json.hpp"
#include "sim/conformance/reports/sheet_junit.hpp"
#include "sim/conformance/reports/sheet_markdown.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/conformance/requirements/list.hpp"
#include "sim/conformance/selection.hpp"

namespace fleetsim::python {
namespace {

struct ExamResult {
  sim::ExamSheet sheet;
  sim::SheetFacts facts;

  std::string summary() const {
    std::string text;
    for (const sim::Examined& examined : sheet.examined) text += sim::examined_details(examined);
    return text + sim::sheet_summary(sheet, facts.dut);
  }
  std::string capabilities() const { return sim::capabilities_file({.dut = facts.dut, .seed = facts.seed}, facts.capabilities); }
};

template <class Value, class Error>
Value& good(Result<Value, Error>& result) {
  if (!result.ok()) throw py::value_error(result.error());
  return *result;
}

/// What the exam has to tell, until the calling thread tells it to Python.
class ExamNews {
 public:
  void take(const sim::Examined& examined) {
    const std::lock_guard lock{mutex_};
    waiting_.push_back({std::string{examined.requirement->id}, std::string{sim::verdict_word(examined.verdict)}, examined.reason});
  }
  void tell(const py::object& on_examined) {
    std::vector<Told> now;
    {
      const std::lock_guard lock{mutex_};
      now.swap(waiting_);
    }
    if (on_examined.is_none()) return;
    for (const Told& one : now) on_examined(one.id, one.verdict, one.reason);
  }

 private:
  struct Told {
    std::string id;
    std::string verdict;
    std::string reason;
  };
  std::mutex mutex_;
  std::vector<Told> waiting_;
};

std::shared_ptr<ExamResult> conform(const sim::ConformVerb& verb, const py::object& on_examined) {
  auto chosen = sim::select({.filters = verb.filters, .groups = verb.groups, .ids = verb.requirements});
  good(chosen);
  auto adapter = sim::make_dut(verb.dut, sim::dut_options_of(verb));
  good(adapter);
  auto given = sim::read_given_files(verb);
  good(given);
  Waiting waiting;
  ExamNews news;
  const sim::ExamListener listener{.stop = &waiting.stop(), .examined = [&](const sim::Examined& examined) {
                                     news.take(examined);
                                     waiting.notify();
                                   }};
  auto result = std::make_shared<ExamResult>();
  waiting.run(
      [&] {
        sim::ConformExam exam{verb, **adapter, *given, listener};
        result->sheet = exam.examine_all(*chosen);
        result->facts = exam.facts_of(result->sheet);
      },
      [&] { news.tell(on_examined); });
  return result;
}

py::list list_requirements() {
  py::list all;
  for (const sim::Requirement& one : sim::requirements()) {
    const std::string_view level = sim::level_name(one.level);
    all.append(py::make_tuple(one.id, one.group(), level, one.text, one.clause.source, one.clause.text));
  }
  return all;
}

void bind_verb(py::module_& module) {
  using sim::ConformVerb;
  py::class_<ConformVerb>(module, "ConformVerb", "The options of an exam, as those of `fleetsim conform`.")
      .def(py::init<>())
      .def_readwrite("dut", &ConformVerb::dut)
      .def_readwrite("filters", &ConformVerb::filters)
      .def_readwrite("groups", &ConformVerb::groups)
      .def_readwrite("requirements", &ConformVerb::requirements)
      .def_readwrite("strict", &ConformVerb::strict)
      .def_readwrite("retries", &ConformVerb::retries)
      .def_readwrite("seed", &ConformVerb::seed)
      .def_readwrite("threads", &ConformVerb::threads)
      .def_readwrite("baseline", &ConformVerb::baseline_file)
      .def_readwrite("budget", &ConformVerb::budget)
      .def_readwrite("capabilities", &ConformVerb::capabilities_file)
      .def_readwrite("no_discovery", &ConformVerb::no_discovery)
      .def_readwrite("time_scale", &ConformVerb::time_scale)
      .def_readwrite("case_seconds", &ConformVerb::case_seconds)
      .def_readwrite("tls", &ConformVerb::dut_tls)
      .def_readwrite("external_address", &ConformVerb::external_address)
      .def_readwrite("external_port", &ConformVerb::external_port)
      .def_readwrite("external_seconds", &ConformVerb::external_seconds)
      .def_readwrite("answers", &ConformVerb::answers_file);
}

}  // namespace

void bind_conform(py::module_& module) {
  bind_verb(module);
  const auto as_json = [](const ExamResult& self) { return sim::sheet_json(self.sheet, self.facts); };
  const auto as_junit = [](const ExamResult& self) { return sim::sheet_junit(self.sheet, self.facts); };
  const auto as_html = [](const ExamResult& self) { return sim::sheet_html(self.sheet, self.facts); };
  const auto as_markdown = [](const ExamResult& self) { return sim::sheet_markdown(self.sheet, self.facts); };
  py::class_<ExamResult, std::shared_ptr<ExamResult>>(module, "ExamResult", "What an exam found out.")
      .def("json", as_json, "As scenarios/conformance.schema.json describes it.")
      .def("junit", as_junit)
      .def("html", as_html)
      .def("markdown", as_markdown)
      .def("summary", &ExamResult::summary)
      .def("capabilities", &ExamResult::capabilities, "As scenarios/capabilities.schema.json describes it.");
  module.def("requirements", &list_requirements, "(id, group, level, text, source of the clause, its text) of each.");
  module.def("conform", &conform, py::arg("verb"), py::arg("on_examined"),
             "Examines; ValueError for what cannot be. Ctrl-C ends the exam, and raises.");
}

}  // namespace fleetsim::python
