// `command`: what one device is told to do.
#include <fmt/format.h>

#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t device_name_bytes_max = 128;
constexpr std::size_t topic_bytes_max = 256;

using What = DeviceOrder::What;
constexpr Choice<What> order_words[] = {{order_name(What::power_on), What::power_on},
                                        {order_name(What::power_off), What::power_off},
                                        {order_name(What::cut_power), What::cut_power},
                                        {order_name(What::publish), What::publish},
                                        {order_name(What::post_property), What::post_property}};

}  // namespace

StepAction read_command(MapReader& step, ScenarioContext&) {
  CommandStep out;
  step.require("device");
  step.text("device", out.device, {.bytes_min = 1, .bytes_max = device_name_bytes_max});
  step.require("do");
  step.choice("do", out.order.what, order_words);
  const bool speaks = out.order.what == What::publish || out.order.what == What::post_property;
  if (out.order.what == What::publish && step.require("topic") != nullptr)
    step.text("topic", out.order.topic, {.bytes_min = 1, .bytes_max = topic_bytes_max});
  if (out.order.what == What::post_property) step.require("payload");
  step.text("payload", out.order.payload, {.bytes_min = 0, .bytes_max = static_cast<std::size_t>(load_property_bytes_max)});
  step.whole("qos", out.order.qos, {.min = 0, .max = 1});
  if (!speaks && step.has("payload")) step.refuse("payload", "only publish and post_property have one");
  if (out.order.what != What::publish) {
    if (step.has("topic")) step.refuse("topic", "only publish has one");
    if (step.has("qos")) step.refuse("qos", "only publish has one");
  }
  return out;
}

}  // namespace fleetsim::sim
