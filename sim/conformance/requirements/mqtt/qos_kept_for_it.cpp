#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {
namespace {

constexpr int messages_kept = 3;

/// Each message that came down on the link with QoS 1 has one PUBACK, for each time that it came.
void expect_each_acknowledged(Exam& exam, const SeenLink& link) {
  const auto count = [&link](std::string_view name, Direction direction, std::optional<std::int64_t> id) {
    return std::count_if(link.messages.begin(), link.messages.end(), [&](const SeenMessage& one) {
      return one.is(name) && one.direction == direction && one.number("packet_id") == id;
    });
  };
  for (const SeenMessage& message : link.messages) {
    if (!message.is("PUBLISH") || message.direction != Direction::down || message.number("qos") != 1) continue;
    const auto id = message.number("packet_id");
    const auto came = count("PUBLISH", Direction::down, id);
    const auto answered = count("PUBACK", Direction::up, id);
    if (!exam.expect(answered == came, fmt::format("{} PUBACK for packet {} of {}", came, id.value_or(0), message.topic()),
                     fmt::format("{}", answered)))
      return;
  }
}

}  // namespace

Requirement requirement::qos_kept_for_it() {
  return {.id = "QOS-18",
          .level = Level::must,
          .text = "takes what was kept for it while it was away, and acknowledges each message once, when its session is there again",
          .clause = {"MQTT 3.1.1 §3.1.2.4, [MQTT-4.4.0-1]; AWS IoT Device Advisor, MQTT_Persistent_Session_Happy_Case",
                     "with clean session 0 and session present 1 the server sends what it kept, right after its CONNACK"},
          .needs = needs::power,
          .wants = wants::kept_session,
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::seconds{20});  // in which it subscribes
            exam.power_off();
            exam.wait(std::chrono::minutes{1});
            const std::string topic = exam.system_topic("thing/service/property/set");
            for (int i = 0; i < messages_kept; ++i)
              if (!exam.send(topic, fmt::format(R"({{"id":"{}","version":"1.0","params":{{}}}})", 4100 + i), 1))
                return exam.not_applicable("the platform keeps nothing for it on thing/service/property/set");
            const Instant since = exam.now();
            exam.power_on();
            const SeenLink* back = exam.await_online(since, exam.patience().online);
            if (back == nullptr) return exam.inconclusive("it did not come back");
            if (back->first("CONNACK", Direction::down)->flag("session_present") != true)
              return exam.not_applicable("it asks for a clean session when it gets power");
            const std::uint32_t connection = back->connection;
            exam.wait(exam.patience().answer);
            const SeenLink& link = *evidence::mqtt_link(exam, connection);
            const auto came = link.count("PUBLISH", Direction::down);
            if (came < messages_kept) return exam.inconclusive(fmt::format("{} of {} messages came down", came, messages_kept));
            if (!exam.expect(!link.is_over(), "the session goes on with what was kept", "its link is over")) return;
            expect_each_acknowledged(exam, link);
          }};
}

}  // namespace fleetsim::sim
