#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind job_jitter() {
  static constexpr Parameter parameters[] = {
      whole_parameter("before_device", "position of the device in its job, from 0", {.standard = 0, .min = 0, .max = 999999999})};
  return {
      .name = "job_jitter",
      .summary = "a job fails by network jitter before a device, until it is retried",
      .parameters = parameters,
      .behaviour = Behaviour<JobDevice>{.concerns =
                                            [](const Arguments& arguments, const JobDevice& situation) {
                                              return situation.position == static_cast<std::size_t>(arguments.whole("before_device"));
                                            },
                                        .act = [](const Arguments&, JobDevice& situation) { situation.fault = JobDevice::Fault::jitter; }}};
}

}  // namespace fleetsim::platform::misbehaviour
