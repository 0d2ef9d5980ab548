#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_floor() {
  return {.id = "RETRY-01",
          .level = Level::must,
          .text = "waits at least a second before it connects again when the server closes the link right after CONNACK",
          .clause = {"field practice: AWS IoT Device Advisor, MQTT reconnection after a successful connection",
                     "at least a second between two attempts"},
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_close", {{"at", std::string{"online"}}});
            const Instant begin = exam.now();
            exam.bench().with_platform([&](platform::Platform& platform, platform::Output& output, Instant at) {
              const auto device = platform.registry().find_device(exam.candidate().product_key, exam.candidate().device_name);
              if (device) platform.end_sessions(*device, "exam", at, output);
            });
            exam.wait(std::chrono::minutes{5});
            const auto links = exam.seen().of(device::Leg::mqtt, begin);
            if (!exam.expect(links.size() >= 3, "at least 3 attempts within 5 min", std::to_string(links.size()))) return;
            for (std::size_t i = 1; i < links.size(); ++i) {
              const Duration gap = links[i]->opening_at - links[i - 1]->ended_at;
              if (!links[i - 1]->is_over() ||
                  !exam.expect(gap >= std::chrono::milliseconds{950}, "a second or more before the next attempt", seconds_words(gap)))
                return;
            }
          }};
}

}  // namespace fleetsim::sim
