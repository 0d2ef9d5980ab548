#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_odd_port() {
  return {.id = "BOOT-RSP-23",
          .level = Level::must,
          .text = "takes an answer whose port is none for no endpoint, and asks again: 0, negative, above 65535, with letters",
          .clause = {"field practice: BD-BOOT-RSP 08; anchors of the C SDK: a port that is cut to 16 bits is another one",
                     "a port is a whole number from 1 to 65535, and what is more must not be cut until it fits"},
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            constexpr std::array<std::string_view, 5> shapes = {"wraps", "letters", "negative", "beyond", "zero"};
            if (!bootstrap_words::can_move(exam)) return;
            std::uint32_t call = 0;
            for (const std::string_view shape : shapes) {
              ++call;
              exam.misbehave("bootstrap_odd_port", {{"shape", std::string(shape)}}, [call](platform::MisbehaviourRule& rule) {
                rule.calls = platform::misbehaviour::Calls{.first = call, .last = call, .every = 1};
              });
            }
            const Instant told = bootstrap_words::moves(exam);
            if (told == kNever) return;
            if (!bootstrap_words::expect_arrival(exam, told, "ports that are none")) return;
            Instant first_there = kNever;
            for (const SeenLink* link : exam.seen().of(device::Leg::mqtt, told))
              if (link->endpoint == bootstrap_words::target) first_there = std::min(first_there, link->opening_at);
            std::size_t asked = 0;
            for (const SeenMessage* request : exam.bootstrap_requests(told))
              if (request->at < first_there) ++asked;
            const std::string_view used = asked == 0 || asked > shapes.size() ? std::string_view{} : shapes[asked - 1];
            exam.expect(asked > shapes.size(), "no connection to the new place before an answer with a port",
                        "a connection after the port of shape \"" + std::string(used) + '"');
          }};
}

}  // namespace fleetsim::sim
