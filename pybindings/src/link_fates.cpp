#include "pybindings/src/link_fates.hpp"

#include <cstdint>
#include <limits>

#include "pybindings/src/durations.hpp"

namespace fleetsim::python {
namespace {

std::string text_of_answer(py::handle answer) { return py::isinstance<py::str>(answer) ? answer.cast<std::string>() : std::string{}; }

[[noreturn]] void wrong_answer(py::handle answer, const std::string& who, const char* expected) {
  const std::string message = who + ": expected " + expected + ", got " + std::string(py::repr(answer));
  if (py::isinstance<py::str>(answer) || py::isinstance<py::dict>(answer) || py::isinstance<py::tuple>(answer))
    throw py::value_error(message);
  throw py::type_error(message);
}

/// A word that is none of a fate's is a duration, or wrong.
Duration delay_of(py::handle answer, const std::string& who, const char* expected) {
  const std::string text = text_of_answer(answer);
  const bool may_be_one = text.empty() || (text.front() >= '0' && text.front() <= '9');
  if (!is_duration(answer) || !may_be_one) wrong_answer(answer, who, expected);
  return duration_of(answer, who);
}

bool flag_of(py::handle value, const std::string& who) {
  if (!py::isinstance<py::bool_>(value)) throw py::type_error(who + ": expected True or False, got " + std::string(py::repr(value)));
  return value.cast<bool>();
}

std::uint64_t count_of(py::handle value, std::uint64_t min, std::uint64_t max, const std::string& who) {
  if (py::isinstance<py::bool_>(value) || !py::isinstance<py::int_>(value))
    throw py::type_error(who + ": expected a whole number, got " + std::string(py::repr(value)));
  const auto wrong = [&] {
    throw py::value_error(who + ": expected a whole number from " + std::to_string(min) + " to " + std::to_string(max) + ", got " +
                          std::string(py::repr(value)));
  };
  std::uint64_t count = 0;
  try {
    count = value.cast<std::uint64_t>();
  } catch (const py::cast_error&) {
    wrong();
  }
  if (count < min || count > max) wrong();
  return count;
}

sim::SegmentFate::End end_of(py::handle value, const std::string& who) {
  const std::string word = text_of_answer(value);
  if (word == "reset") return sim::SegmentFate::End::reset;
  if (word == "close") return sim::SegmentFate::End::close;
  wrong_answer(value, who, "\"reset\" or \"close\"");
}

void read_word(sim::SegmentFate& fate, const std::string& key, py::handle value, std::size_t bytes, const std::string& who) {
  const std::string what = who + ": " + key;
  constexpr std::uint64_t rate_max = std::uint64_t{1} << 40;
  if (key == "delay") {
    fate.delay = duration_of(value, what);
  } else if (key == "lost") {
    fate.lost = flag_of(value, what);
  } else if (key == "held") {
    fate.held = flag_of(value, what);
  } else if (key == "bytes_per_second") {
    fate.bytes_per_second = count_of(value, 1, rate_max, what);
  } else if (key == "slice_bytes") {
    fate.slice_bytes = static_cast<std::size_t>(count_of(value, 1, std::numeric_limits<std::uint32_t>::max(), what));
  } else if (key == "slice_delay") {
    fate.slice_delay = duration_of(value, what);
  } else if (key == "close_delay") {
    fate.close_delay = duration_of(value, what);
  } else if (key == "end") {
    fate.end = end_of(value, what);
  } else if (key == "end_after_bytes") {
    fate.end_after_bytes = static_cast<std::size_t>(count_of(value, 0, bytes, what));
  } else {
    throw py::value_error(what +
                          ": no such word; known are delay, lost, held, bytes_per_second, slice_bytes, slice_delay, close_delay, end "
                          "and end_after_bytes");
  }
}

}  // namespace

sim::OpenFate open_fate_of(py::handle answer, const std::string& who) {
  using Kind = sim::OpenFate::Kind;
  if (answer.is_none()) return {};
  const std::string word = text_of_answer(answer);
  if (word == "refuse") return {.kind = Kind::refused};
  if (word == "unanswered") return {.kind = Kind::unanswered};
  if (word == "name_unknown") return {.kind = Kind::name_unknown};
  return {.delay = delay_of(answer, who, "None, \"refuse\", \"unanswered\", \"name_unknown\" or a delay")};
}

sim::SegmentFate segment_fate_of(py::handle answer, std::size_t bytes, const std::string& who) {
  if (answer.is_none()) return {};
  const std::string word = text_of_answer(answer);
  if (word == "lost") return {.lost = true};
  if (word == "held") return {.held = true};
  if (!py::isinstance<py::dict>(answer)) return {.delay = delay_of(answer, who, "None, \"lost\", \"held\", a delay or a dict")};
  sim::SegmentFate fate;
  for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(answer)) {
    if (!py::isinstance<py::str>(key)) wrong_answer(answer, who, "keys that are str");
    read_word(fate, key.cast<std::string>(), value, bytes, who);
  }
  if (fate.end == sim::SegmentFate::End::none && fate.end_after_bytes > 0)
    throw py::value_error(who + ": end_after_bytes needs an end: \"reset\" or \"close\"");
  return fate;
}

sim::LinkEnding ending_of(py::handle answer, Instant opened_at, const std::string& who) {
  if (answer.is_none()) return {};
  constexpr const char* expected = "None or a pair of \"reset\" or \"close\" and a time";
  if (!py::isinstance<py::tuple>(answer) || py::len(answer) != 2) wrong_answer(answer, who, expected);
  const auto pair = py::reinterpret_borrow<py::tuple>(answer);
  sim::LinkEnding ending;
  ending.how = end_of(pair[0], who);
  ending.at = Instant{duration_of(pair[1], who)};
  if (ending.at < opened_at) throw py::value_error(who + ": expected a time from link.opened_at on, got " + std::string(py::repr(answer)));
  return ending;
}

}  // namespace fleetsim::python
