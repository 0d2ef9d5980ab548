// What several requirements ask of the evidence, or do to a device, in the same words.
//
//   const SeenMessage* connect = evidence::await_first_connect(exam);
//   evidence::expect_no_hot_loop(exam, device::Leg::mqtt, begin, 3);
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/conformance/exam.hpp"

namespace fleetsim::sim::evidence {

/// The shortest wait between two attempts that is no hot loop: a second, but for what a link's jitter takes off it.
inline constexpr Duration wait_min = std::chrono::milliseconds{950};

/// Powers it on. The first CONNECT, whatever becomes of it; null: none came, and nothing can be judged.
const SeenMessage* await_first_connect(Exam& exam);
/// Messages of that name on all MQTT links.
std::vector<const SeenMessage*> messages(const Exam& exam, std::string_view name, Direction direction, Instant since = {});
/// From the end of each attempt on the leg to the beginning of the next.
std::vector<Duration> waits(const Exam& exam, device::Leg leg, Instant since);
/// Before each attempt on either leg since `begin`, when the link ended, but for the CONNECT that follows a bootstrap's answer at once.
std::vector<Duration> waits_of_both_legs(const Exam& exam, Instant begin);
/// At least so many attempts since then, and no two of them less than wait_min apart.
bool expect_no_hot_loop(Exam& exam, device::Leg leg, Instant since, std::size_t attempts);
/// The link with that number on the MQTT leg; null: there is none.
const SeenLink* mqtt_link(const Exam& exam, std::uint32_t connection);
/// Of what the device publishes by itself with QoS 1, since then.
std::vector<const SeenMessage*> confirmed_publishes(const Exam& exam, Instant since = {});
/// The server closes what is open of the device.
void end_sessions(Exam& exam);
/// The link breaks under it, and the platform keeps what it keeps of a session; all that was wrong is over then.
void break_link(Exam& exam);
/// As Exam::await, but it looks every millisecond: for a moment that must not be missed.
bool await_closely(Exam& exam, Duration within, const std::function<bool()>& met);
/// As Exam::await, but it looks every second: for hours.
bool await_for_long(Exam& exam, Duration within, const std::function<bool()>& met);
/// The region of that station is gone: refused, or (`how` 1) unanswered.
void take_down(Exam& exam, std::size_t station, std::int64_t how = 0);
/// That station refuses the device with CONNACK 5, as it does once the device is another's.
void turn_away(Exam& exam, std::size_t station);
/// Online at that station once nothing stands in its way any more, at most Patience::recovery after now, on a link
/// that was asked for since then: a platform holds dead ones for a while.
bool expect_back(Exam& exam, std::size_t station, Instant since = {});

/// Its power goes now; half a minute later it is back, and its old place takes the device no more. It must come online at that station.
void expect_moved_after_cut(Exam& exam, std::size_t station);
/// A minute without PUBACKs. How many messages wait for one then; 0: too few to judge, which the exam knows.
std::size_t leave_unacknowledged(Exam& exam);
/// Within 15 s of `back`, at least as many publishes as show that those that waited are sent again.
void expect_published_again(Exam& exam, std::size_t waiting, Instant back, const std::string& where);

}  // namespace fleetsim::sim::evidence
