#include "sim/conformance/requirements/evidence.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace fleetsim::sim::evidence {

const SeenMessage* await_first_connect(Exam& exam) {
  exam.power_on();
  exam.await(exam.patience().online, [&] { return !messages(exam, "CONNECT", Direction::up).empty(); });
  const auto connects = messages(exam, "CONNECT", Direction::up);
  if (!connects.empty()) return connects.front();
  exam.inconclusive("no CONNECT came within " + seconds_words(exam.patience().online));
  return nullptr;
}

std::vector<const SeenMessage*> messages(const Exam& exam, std::string_view name, Direction direction, Instant since) {
  std::vector<const SeenMessage*> found;
  for (const SeenLink& link : exam.seen().links())
    for (const SeenMessage& message : link.messages)
      if (!link.is_bootstrap() && message.at >= since && message.direction == direction && message.is(name)) found.push_back(&message);
  return found;
}

std::vector<Duration> waits(const Exam& exam, device::Leg leg, Instant since) {
  const auto links = exam.seen().of(leg, since);
  std::vector<Duration> found;
  for (std::size_t i = 1; i < links.size(); ++i)
    if (links[i - 1]->is_over()) found.push_back(links[i]->opening_at - links[i - 1]->ended_at);
  return found;
}

std::vector<Duration> waits_of_both_legs(const Exam& exam, Instant begin) {
  constexpr Duration at_once = std::chrono::milliseconds{500};
  std::vector<Duration> found;
  Instant ended = begin;
  bool is_answered = false;
  for (const SeenLink& link : exam.seen().links()) {
    if (link.opening_at < begin) continue;
    const Duration wait = link.opening_at - ended;
    if (!is_answered || wait > at_once) found.push_back(wait);
    if (!link.is_over()) break;
    ended = link.ended_at;
    is_answered = link.first("200 OK", Direction::down) != nullptr;
  }
  return found;
}

bool expect_no_hot_loop(Exam& exam, device::Leg leg, Instant since, std::size_t attempts) {
  const auto links = exam.seen().of(leg, since);
  if (!exam.expect(links.size() >= attempts, "at least " + std::to_string(attempts) + " attempts", std::to_string(links.size())))
    return false;
  const std::vector<Duration> all = waits(exam, leg, since);
  const auto shortest = std::min_element(all.begin(), all.end());
  return shortest == all.end() ||
         exam.expect(*shortest >= wait_min, "a second or more from the end of an attempt to the next", seconds_words(*shortest));
}

const SeenLink* mqtt_link(const Exam& exam, std::uint32_t connection) {
  for (const SeenLink& link : exam.seen().links())
    if (!link.is_bootstrap() && link.connection == connection) return &link;
  return nullptr;
}

std::vector<const SeenMessage*> confirmed_publishes(const Exam& exam, Instant since) {
  std::vector<const SeenMessage*> found = messages(exam, "PUBLISH", Direction::up, since);
  std::erase_if(found, [](const SeenMessage* message) { return message->number("qos") != 1; });
  return found;
}

void end_sessions(Exam& exam) {
  exam.bench().with_platform([&](platform::Platform& platform, platform::Output& output, Instant at) {
    const auto device = platform.registry().find_device(exam.candidate().product_key, exam.candidate().device_name);
    if (device) platform.end_sessions(*device, "exam", at, output);
  });
}

void break_link(Exam& exam) {
  exam.inject("reset_peer", {{"timeout", 0}}, [](FaultSpec& fault) { fault.leg = FaultLeg::mqtt; });
  exam.wait(std::chrono::milliseconds{200});
  exam.heal();
}

bool await_closely(Exam& exam, Duration within, const std::function<bool()>& met) {
  return exam.await_in_steps(within, std::chrono::milliseconds{1}, met);
}

bool await_for_long(Exam& exam, Duration within, const std::function<bool()>& met) {
  return exam.await_in_steps(within, std::chrono::seconds{1}, met);
}

void take_down(Exam& exam, std::size_t station, std::int64_t how) {
  const std::string& region = exam.bench().stations()[station].region;
  exam.inject("region_down", {{"how", how}}, [&](FaultSpec& fault) { fault.regions = {region}; });
}

void turn_away(Exam& exam, std::size_t station) {
  exam.may_never_act("mqtt_connack");  // a device that knows its way does not come there any more
  const std::string& instance = exam.bench().stations()[station].instance;
  exam.misbehave("mqtt_connack", {{"code", std::int64_t{5}}}, [&](platform::MisbehaviourRule& rule) { rule.endpoint = instance; });
}

bool expect_back(Exam& exam, std::size_t station, Instant since) {
  const Instant begin = exam.now();
  if (exam.await_online_at(station, since, exam.patience().recovery) != nullptr) return true;
  const auto& links = exam.seen().links();
  // A link that the platform ends right after its CONNACK was never of use.
  const bool was_online = std::any_of(links.begin(), links.end(), [](const SeenLink& link) {
    const bool by_platform = link.end == SeenEnd::closed_by_platform || link.end == SeenEnd::reset_by_platform;
    const bool is_dropped = by_platform && link.first("DISCONNECT", Direction::up) == nullptr;
    const Instant accepted = link.accepted_at();
    return accepted != kNever && !(is_dropped && link.ended_at - accepted < std::chrono::seconds{1});
  });
  const bool tries = std::any_of(links.begin(), links.end(), [begin](const SeenLink& link) { return link.opening_at >= begin; });
  if (!was_online && tries) {
    exam.inconclusive("it tries, but never got in, whatever is wrong with the platform or not");
    return false;
  }
  return exam.expect(false, "online at " + exam.bench().stations()[station].instance,
                     "not within " + seconds_words(exam.patience().recovery));
}

void expect_moved_after_cut(Exam& exam, std::size_t station) {
  exam.cut_power();
  turn_away(exam, 0);
  exam.wait(std::chrono::seconds{30});
  const Instant since = exam.now();  // the platform may hold the dead link still
  exam.power_on();
  expect_back(exam, station, since);
}

std::size_t leave_unacknowledged(Exam& exam) {
  constexpr std::size_t waiting_min = 6;
  exam.misbehave("mqtt_silent", {{"packet", std::string{"puback"}}});
  const Instant since = exam.now();
  exam.wait(std::chrono::minutes{1});
  std::set<std::int64_t> waiting;
  for (const SeenMessage* one : confirmed_publishes(exam, since)) waiting.insert(one->number("packet_id").value_or(0));
  if (waiting.size() >= waiting_min) return waiting.size();
  exam.not_applicable("it publishes too little with QoS 1, or one message at a time");
  return 0;
}

void expect_published_again(Exam& exam, std::size_t waiting, Instant back, const std::string& where) {
  exam.wait(std::chrono::seconds{15});  // in which the application adds a few
  const std::size_t again = confirmed_publishes(exam, back).size();
  exam.expect(again >= waiting / 2 + 2, std::to_string(waiting) + " messages that had no PUBACK, " + where,
              std::to_string(again) + " within 15 s");
}

}  // namespace fleetsim::sim::evidence
