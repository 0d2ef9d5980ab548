#include <map>
#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {
namespace {

/// Of those that keep a session: what they send again on the next link, with the packet id that it had. How many of that were seen.
std::size_t expect_marked_on_next_link(Exam& exam, const std::map<std::int64_t, const SeenMessage*>& firsts) {
  std::map<std::int64_t, std::string> sent;  // links are added to, and messages with them
  for (const auto& [id, message] : firsts) sent.emplace(id, message->payload());
  const Instant cut = exam.now();
  evidence::break_link(exam);
  if (exam.await_online(cut, exam.patience().recovery) == nullptr) return 0;
  exam.wait(std::chrono::seconds{15});
  const SeenLink* const next = exam.seen().online();
  const SeenMessage* const connect = next != nullptr ? next->first("CONNECT", Direction::up) : nullptr;
  if (connect == nullptr || connect->flag("clean_session") != false) return 0;
  std::size_t copies = 0;
  for (const SeenMessage& one : next->messages) {
    const auto at = sent.find(one.number("packet_id").value_or(0));
    if (one.direction != Direction::up || !one.is("PUBLISH") || at == sent.end() || at->second != one.payload()) continue;
    ++copies;
    if (!exam.expect(one.flag("dup") == true, "DUP 1 when it is sent again on the next link", "DUP 0")) break;
  }
  return copies;
}

}  // namespace

Requirement requirement::qos_duplicate_flag() {
  return {
      .id = "QOS-08",
      .level = Level::must,
      .text = "marks a message that it sends again with DUP, and changes nothing else of it",
      .clause = {"MQTT 3.1.1 [MQTT-3.3.1-1], [MQTT-4.3.2-1]; IoT-Testware PUBLISH_002", "DUP is 1 whenever a client sends a PUBLISH again"},
      .needs = needs::traffic | needs::network,
      .wants = wants::confirmed_publishes,
      .lasts = std::chrono::minutes{5},
      .examine = [](Exam& exam) {
        if (!exam.comes_online()) return;
        exam.misbehave("mqtt_silent", {{"packet", std::string{"puback"}}});
        const Instant since = exam.now();
        if (!exam.await(std::chrono::minutes{2}, [&] { return !evidence::confirmed_publishes(exam, since).empty(); }))
          return exam.not_applicable("it publishes nothing with QoS 1");
        exam.wait(std::chrono::minutes{2});
        std::map<std::int64_t, const SeenMessage*> firsts;
        std::size_t copies = 0;
        for (const SeenMessage* one : evidence::confirmed_publishes(exam, since)) {
          const auto [at, is_first] = firsts.try_emplace(one->number("packet_id").value_or(0), one);
          if (is_first) continue;
          ++copies;
          if (!exam.expect(one->flag("dup") == true, "DUP 1 when it is sent again", "DUP 0")) return;
          if (!exam.expect(one->payload() == at->second->payload() && one->topic() == at->second->topic(), "the same topic and payload",
                           "another message"))
            return;
        }
        if (copies == 0 && expect_marked_on_next_link(exam, firsts) == 0) exam.not_applicable("it sends nothing again");
      }};
}

}  // namespace fleetsim::sim
