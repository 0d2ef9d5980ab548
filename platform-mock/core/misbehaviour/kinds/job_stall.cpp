#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind job_stall() {
  static constexpr Parameter parameters[] = {
      whole_parameter("before_device", "position of the device in its job, from 0", {.standard = 0, .min = 0, .max = 999999999})};
  return {
      .name = "job_stall",
      .summary = "a job stays in Distributing before a device, until it is retried",
      .parameters = parameters,
      .behaviour = Behaviour<JobDevice>{.concerns =
                                            [](const Arguments& arguments, const JobDevice& situation) {
                                              return situation.position == static_cast<std::size_t>(arguments.whole("before_device"));
                                            },
                                        .act = [](const Arguments&, JobDevice& situation) { situation.fault = JobDevice::Fault::stall; }}};
}

}  // namespace fleetsim::platform::misbehaviour
