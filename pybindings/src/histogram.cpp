// The histogram of a metric: its counts are Python's to look at where they lie.
#include "sim/metrics/histogram.hpp"

#include <cstdint>
#include <memory>
#include <pybind11/stl.h>
#include <utility>
#include <vector>

#include "pybindings/src/bindings.hpp"

namespace fleetsim::python {
namespace {

using sim::Histogram;

constexpr double microseconds = 1e-6;

double in_seconds(std::uint64_t value) { return static_cast<double>(value) * microseconds; }

/// Counts, where they lie: whoever looks at them keeps the histogram alive, and that its report's.
py::buffer_info counts_of(const Histogram& histogram) {
  const std::span<const std::uint64_t> counts = histogram.counts();
  auto* const first = const_cast<std::uint64_t*>(counts.data());  // a buffer that is read only, as its last argument says
  return {first,
          sizeof(std::uint64_t),
          py::format_descriptor<std::uint64_t>::format(),
          1,
          {static_cast<py::ssize_t>(counts.size())},
          {static_cast<py::ssize_t>(sizeof(std::uint64_t))},
          true};
}

double percentile(const Histogram& histogram, double percent) {
  if (!(percent >= 0 && percent <= 100)) throw py::value_error("percentile: expected a number from 0 to 100");
  return in_seconds(histogram.percentile(percent));
}

std::vector<double> edges_of(const Histogram& histogram) {
  std::vector<double> edges;
  if (histogram.counts().empty()) return edges;
  for (std::size_t i = 0; i <= Histogram::bucket_count(); ++i) edges.push_back(in_seconds(Histogram::bucket_begin(i)));
  return edges;
}

std::vector<std::pair<double, std::uint64_t>> buckets_of(const Histogram& histogram) {
  std::vector<std::pair<double, std::uint64_t>> buckets;
  for (const auto& [lowest, count] : histogram.buckets()) buckets.emplace_back(in_seconds(lowest), count);
  return buckets;
}

}  // namespace

void bind_histogram(py::module_& module) {
  py::class_<Histogram, std::shared_ptr<Histogram>>(
      module, "Histogram", py::buffer_protocol(),
      "How long something took: a log-linear histogram with a relative error below 1 %. Times are seconds (float).\n\n"
      "Its buffer is the count of each bucket, uint64, shape (n,), read only, without a copy: numpy.asarray(histogram). Bucket i holds\n"
      "times from edges[i] up to edges[i + 1]. Without samples n is 0.")
      .def_buffer(&counts_of)
      .def_property_readonly("count", &Histogram::count, "How many samples.")
      .def_property_readonly(
          "sum", [](const Histogram& self) { return in_seconds(self.sum()); }, "Of all samples, in seconds.")
      .def_property_readonly(
          "min", [](const Histogram& self) { return in_seconds(self.min()); }, "Seconds; 0.0 without samples.")
      .def_property_readonly(
          "max", [](const Histogram& self) { return in_seconds(self.max()); }, "Seconds; 0.0 without samples.")
      .def_property_readonly(
          "mean", [](const Histogram& self) { return self.mean() * microseconds; }, "Seconds; 0.0 without samples.")
      .def_property_readonly("clamped", &Histogram::clamped, "How many samples were longer than it can hold (19 hours).")
      .def_property_readonly("edges", &edges_of, "Where buckets begin, in seconds: one more than there are buckets, or none at all.")
      .def_property_readonly("buckets", &buckets_of, "(lowest time in seconds, count) of each bucket that is not empty.")
      .def("percentile", &percentile, py::arg("percent"),
           "The time, in seconds, that `percent` (0 to 100) of the samples do not exceed; 0.0 without samples.\n\n"
           "Raises ValueError when `percent` is out of range.")
      .def("__len__", [](const Histogram& self) { return self.counts().size(); });
}

}  // namespace fleetsim::python
