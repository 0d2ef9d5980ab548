#include "sim/live/paho_device.hpp"

#include <variant>

namespace fleetsim::sim {

using device::AgentRequests;
using device::EngineEvent;
using device::Failure;
using device::StepContext;
using Outcome = device::MqttEngine::PublishOutcome;

namespace {

constexpr int rounds_max = 4;  // MqttOpen is answered at once; what that leads to is answered later

EngineEvent event_of(const PahoNotice& notice) {
  switch (notice.kind) {
    case PahoNotice::Kind::connected:
      return device::MqttConnected{notice.code, notice.flag};
    case PahoNotice::Kind::subscribed:
      return device::MqttSubscribed{notice.token, notice.code};
    case PahoNotice::Kind::unsubscribed:
      return device::MqttUnsubscribed{notice.token};
    case PahoNotice::Kind::acknowledged:
      return device::MqttAcknowledged{notice.token};
    case PahoNotice::Kind::message:
      return device::MqttMessage{notice.topic, bytes_of(notice.detail),
                                 notice.code == 0 ? device::Qos::at_most_once : device::Qos::at_least_once, notice.flag};
    case PahoNotice::Kind::closed:
    case PahoNotice::Kind::disconnected:
      return device::MqttClosed{notice.end, device::MqttFault::none};
  }
  return std::monostate{};
}

}  // namespace

std::size_t PahoDevice::step(const StepContext& context, const device::Input& input) {
  AgentRequests requests;
  const std::size_t consumed = agent_.step(context, input, requests);
  obey(context, requests);
  return consumed;
}

bool PahoDevice::hear(const StepContext& context, const PahoNotice& notice) {
  if (!transport_.accept(notice)) return false;
  AgentRequests requests;
  agent_.step(context, event_of(notice), requests);
  obey(context, requests);
  return true;
}

void PahoDevice::obey(const StepContext& context, AgentRequests& requests) {
  for (int round = 0; round < rounds_max && !requests.all().empty(); ++round) {
    AgentRequests next;
    for (const device::MqttRequest& request : requests.all()) {
      if (const auto* open = std::get_if<device::MqttOpen>(&request)) {
        transport_.open(*open);
        agent_.step(context, EngineEvent{device::MqttOpened{}}, next);
      } else if (const auto* connect = std::get_if<device::MqttConnect>(&request)) {
        transport_.connect(*connect);
      } else if (const auto* publish = std::get_if<device::MqttPublish>(&request)) {
        const Outcome outcome = transport_.publish(*publish);
        if (outcome == Outcome::sent) {
          agent_.request_sent(context, *publish);
        } else {
          rejected(context, publish->token, outcome);
        }
      } else if (const auto* subscribe = std::get_if<device::MqttSubscribe>(&request)) {
        rejected(context, subscribe->token, transport_.subscribe(*subscribe));
      } else if (const auto* unsubscribe = std::get_if<device::MqttUnsubscribe>(&request)) {
        rejected(context, unsubscribe->token, transport_.unsubscribe(*unsubscribe));
      } else if (std::holds_alternative<device::MqttDisconnect>(request)) {
        transport_.disconnect();
      } else if (std::holds_alternative<device::MqttAbort>(request)) {
        transport_.abort();
      }
    }
    requests = next;
  }
}

void PahoDevice::rejected(const StepContext& context, device::Token token, Outcome outcome) {
  switch (outcome) {
    case Outcome::sent:
      return;
    case Outcome::no_room:
      return agent_.request_rejected(context, token, Failure::no_room);
    case Outcome::too_large:
      return agent_.request_rejected(context, token, Failure::too_large);
    case Outcome::invalid:
      return agent_.request_rejected(context, token, Failure::message_malformed);
    case Outcome::not_connected:
      return agent_.request_rejected(context, token, Failure::not_online);
  }
}

void PahoDevice::release(device::BlockPool& pool) {
  agent_.release(pool);
  transport_.abort();
}

}  // namespace fleetsim::sim
