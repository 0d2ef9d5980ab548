#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_reserved_bits() {
  return {.id = "MQTT-CONNECT-03",
          .level = Level::must,
          .text = "leaves the reserved bits of CONNECT at 0",
          .clause = {"MQTT 3.1.1 §2.2.2, [MQTT-3.1.2-3]", "a server must close the link when the reserved flag is set"},
          .examine = [](Exam& exam) {
            const SeenMessage* const connect = evidence::await_first_connect(exam);
            if (connect == nullptr) return;
            const std::vector<std::uint8_t>& bytes = connect->bytes;
            exam.expect(bytes[0] == 0x10, "the first byte 0x10", std::to_string(unsigned{bytes[0]}));
            const std::size_t name_at = text_of(bytes).find("MQTT");
            if (name_at == std::string_view::npos || name_at + 5 >= bytes.size()) return exam.inconclusive("no CONNECT of MQTT 3.1.1");
            const unsigned flags = bytes[name_at + 5];
            exam.expect((flags & 1U) == 0, "the reserved connect flag at 0", "it is 1");
          }};
}

}  // namespace fleetsim::sim
