#include "sim/conformance/requirements/clock/clock_words.hpp"

#include <fmt/format.h>
#include <string>

#include "sim/conformance/requirements/evidence.hpp"

namespace fleetsim::sim::clock_words {
namespace {

constexpr Duration on_the_way = std::chrono::seconds{2};  // what the platform says; short for every patience, long for whoever looks
constexpr int keep_alives_watched = 4;

std::size_t said_since(const SeenLink& link, Instant since) {
  std::size_t count = 0;
  for (const SeenMessage& message : link.messages)
    if (message.direction == Direction::up && message.at >= since) ++count;
  return count;
}

/// Of the session: what it said in a time like that in which it is watched.
bool expect_as_before(Exam& exam, std::uint32_t connection, Instant set, std::size_t said_before, std::string_view how) {
  const SeenLink& link = *evidence::mqtt_link(exam, connection);
  if (!exam.expect(!link.is_over(), fmt::format("the session goes on when the clock is set {}", how),
                   fmt::format("its link ended {} later", seconds_words(link.ended_at - set))))
    return false;
  const std::size_t asked = exam.bootstrap_requests(set).size();
  if (!exam.expect(asked == 0, "no bootstrap because of a clock", std::to_string(asked) + " requests")) return false;
  constexpr std::size_t a_few = 10;
  const std::size_t said = said_since(link, set);
  return exam.expect(said <= 2 * said_before + a_few, fmt::format("about as many messages as before, {}", said_before),
                     fmt::format("{} in {}", said, seconds_words(exam.now() - set)));
}

}  // namespace

void expect_undisturbed(Exam& exam, Duration by) {
  if (!exam.comes_online()) return;
  const std::int64_t keep_alive_s = exam.seen().online()->first("CONNECT", Direction::up)->number("keep_alive_s").value_or(0);
  if (keep_alive_s == 0) return exam.not_applicable("it asks for no keep-alive: a clock has no hold on its session");
  const Duration watched = std::chrono::seconds{keep_alive_s} * keep_alives_watched;
  const std::uint32_t connection = exam.seen().online()->connection;
  const Instant begin = exam.now();
  exam.wait(watched);
  const SeenLink* link = evidence::mqtt_link(exam, connection);
  if (link->is_over()) return exam.inconclusive("its session ends by itself, whatever the clock says");
  const std::size_t said_before = said_since(*link, begin);
  const std::string_view how = by > Duration{0} ? "forwards" : "back";

  // While a PINGRESP is on its way: whoever measures by the time of day takes it for a day late.
  exam.inject("latency", {{"latency", on_the_way.count()}}, [](FaultSpec& fault) {
    fault.leg = FaultLeg::mqtt;
    fault.direction = FaultDirection::down;
  });
  const auto pings = [&] { return evidence::messages(exam, "PINGREQ", Direction::up, begin).size(); };
  const std::size_t pinged = pings();
  evidence::await_closely(exam, watched, [&] { return pings() > pinged; });
  Instant set = exam.now();
  exam.set_clock(by);
  exam.wait(3 * on_the_way);
  exam.heal();
  exam.wait(watched);
  if (!expect_as_before(exam, connection, set, said_before, how)) return;
  // And once more, while nothing is.
  set = exam.now();
  exam.set_clock(2 * by);
  exam.wait(watched);
  expect_as_before(exam, connection, set, said_before, how);
}

}  // namespace fleetsim::sim::clock_words
