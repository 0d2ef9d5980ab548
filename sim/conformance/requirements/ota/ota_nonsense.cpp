#include <string_view>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/ota/ota_words.hpp"

namespace fleetsim::sim {

Requirement requirement::ota_nonsense() {
  return {
      .id = "OTA-06",
      .level = Level::must,
      .text = "is not shaken by offers that make no sense: stays online, and can be upgraded afterwards",
      .clause = {"field practice: BD-NOTIFY 10, for ota/device/upgrade", "what the platform sends by mistake must not take a device away"},
      .needs = needs::power | needs::firmware,
      .lasts = std::chrono::minutes{7},
      .examine = [](Exam& exam) {
        if (ota_words::first_version(exam).empty()) return;
        exam.wait(std::chrono::minutes{2});
        const SeenLink* const before = exam.seen().online();
        if (before == nullptr) return exam.inconclusive("it is not online any more");
        const std::uint32_t connection = before->connection;
        for (const std::string_view nonsense :
             {"", "{", "[]", "null", "not JSON", R"({"code":"1000"})", R"({"code":"1000","data":{}})",
              R"({"code":"1000","data":{"size":-1,"version":"","url":"x","md5":"y"}})",
              R"({"code":"1000","data":{"size":"many","version":7,"url":{},"sign":[],"signMethod":"None"}})"}) {
          if (!exam.send(ota_words::topic(exam, "upgrade"), nonsense)) {
            const SeenLink* const still = exam.seen().online();
            const bool is_there = still != nullptr && still->connection == connection;
            if (!exam.expect(is_there, "online all the time, on one link", "its link ended")) return;
            return exam.inconclusive("it does not hear ota/device/upgrade");
          }
          exam.wait(std::chrono::seconds{5});
        }
        exam.wait(std::chrono::minutes{2});
        const SeenLink* const link = exam.seen().online();
        if (!exam.expect(link != nullptr && link->connection == connection, "online all the time, on one link", "its link ended")) return;
        const Instant offered = exam.now();
        if (!ota_words::offer(exam, ota_words::new_version)) return;
        exam.expect(ota_words::await_version(exam, ota_words::new_version, offered, ota_words::patience) != nullptr,
                    "the new version after an offer that is right", "not within " + seconds_words(ota_words::patience));
      }};
}

}  // namespace fleetsim::sim
