#include "pybindings/src/durations.hpp"

#include <cmath>
#include <optional>

#include "sim/config/units.hpp"

namespace fleetsim::python {
namespace {

constexpr double seconds_max = 3.2e9;
constexpr const char* duration_form = ": expected a duration such as '300ms', '1m30s', 30 (seconds) or a timedelta, not below zero, got ";

std::string shown(py::handle value) { return std::string(py::repr(value)); }

bool is_number(py::handle value) {
  return !py::isinstance<py::bool_>(value) && (py::isinstance<py::int_>(value) || py::isinstance<py::float_>(value));
}

bool is_timedelta(py::handle value) { return py::hasattr(value, "total_seconds"); }

}  // namespace

bool is_duration(py::handle value) { return is_number(value) || is_timedelta(value) || py::isinstance<py::str>(value); }

Duration duration_of(py::handle value, const std::string& what) {
  if (!is_duration(value)) throw py::type_error(what + duration_form + shown(value));
  if (py::isinstance<py::str>(value)) {
    const std::optional<Duration> read = sim::parse_duration(value.cast<std::string>());
    if (!read) throw py::value_error(what + duration_form + shown(value));
    return *read;
  }
  const double seconds = is_number(value) ? value.cast<double>() : value.attr("total_seconds")().cast<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > seconds_max) throw py::value_error(what + duration_form + shown(value));
  return Duration{std::llround(seconds * 1e6)};
}

}  // namespace fleetsim::python
