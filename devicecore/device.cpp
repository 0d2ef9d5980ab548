#include "devicecore/device.hpp"

#include "devicecore/base/ensure.hpp"

namespace fleetsim::device {
namespace {

Failure failure_of(MqttEngine::PublishOutcome outcome) {
  switch (outcome) {
    case MqttEngine::PublishOutcome::sent:
      return Failure::none;
    case MqttEngine::PublishOutcome::no_room:
      return Failure::no_room;
    case MqttEngine::PublishOutcome::too_large:
      return Failure::too_large;
    case MqttEngine::PublishOutcome::not_connected:
      return Failure::not_online;
    case MqttEngine::PublishOutcome::invalid:
      return Failure::message_malformed;
  }
  return Failure::none;
}

}  // namespace

StepResult Device::step(const StepContext& context, const Input& input) {
  context.workspace.reset();
  AgentRequests requests;
  std::size_t consumed = 0;
  const auto* opened = std::get_if<LinkOpened>(&input);
  const auto* received = std::get_if<LinkReceived>(&input);
  const auto* closed = std::get_if<LinkClosed>(&input);
  if (opened != nullptr && opened->leg == Leg::mqtt) {
    agent_.step(context, engine_.link_opened(context), requests);
  } else if (received != nullptr && received->leg == Leg::mqtt) {
    consumed = receive(context, received->bytes);
  } else if (closed != nullptr && closed->leg == Leg::mqtt) {
    agent_.step(context, engine_.link_closed(context, closed->end), requests);
  } else {
    if (std::holds_alternative<DeadlineReached>(input)) engine_.deadline_reached(context);
    consumed = agent_.step(context, input, requests);
  }
  obey(context, requests);
  if (agent_.state() == AgentState::off) engine_.release(context.pool);  // without power nothing is remembered
  return {context.workspace.actions(), consumed};
}

// One packet a turn, as long as the lent memory surely holds what the next one causes. What is left comes again with the next step.
std::size_t Device::receive(const StepContext& context, ByteView bytes) {
  const Workspace& workspace = context.workspace;
  std::size_t consumed = 0;
  while (consumed < bytes.size() && workspace.actions_free() >= limits::received_actions_max &&
         workspace.scratch_free() >= limits::received_scratch_bytes_max) {
    const MqttEngine::Received part = engine_.receive(context, bytes.subspan(consumed));
    if (part.consumed == 0) break;  // a message of this step must be read first
    consumed += part.consumed;
    AgentRequests requests;
    agent_.step(context, part.event, requests);
    obey(context, requests);
  }
  ensure(consumed > 0 || bytes.empty());  // else the shell would offer the same bytes for ever
  return consumed;
}

void Device::obey(const StepContext& context, const AgentRequests& requests) {
  for (const MqttRequest& request : requests.all()) obey(context, request);
}

void Device::obey(const StepContext& context, const MqttRequest& request) {
  using Outcome = MqttEngine::PublishOutcome;
  if (const auto* publish = std::get_if<MqttPublish>(&request)) {
    const Outcome outcome = engine_.publish(context, *publish);
    if (outcome == Outcome::sent) {
      agent_.request_sent(context, *publish);
    } else {
      agent_.request_rejected(context, publish->token, failure_of(outcome));
    }
  } else if (const auto* subscribe = std::get_if<MqttSubscribe>(&request)) {
    const Outcome outcome = engine_.subscribe(context, *subscribe);
    if (outcome != Outcome::sent) agent_.request_rejected(context, subscribe->token, failure_of(outcome));
  } else if (const auto* unsubscribe = std::get_if<MqttUnsubscribe>(&request)) {
    const Outcome outcome = engine_.unsubscribe(context, *unsubscribe);
    if (outcome != Outcome::sent) agent_.request_rejected(context, unsubscribe->token, failure_of(outcome));
  } else if (const auto* open = std::get_if<MqttOpen>(&request)) {
    engine_.open(context, *open);
  } else if (const auto* connect = std::get_if<MqttConnect>(&request)) {
    engine_.connect(context, *connect);
  } else if (std::holds_alternative<MqttDisconnect>(request)) {
    engine_.disconnect(context);
  } else if (std::holds_alternative<MqttAbort>(request)) {
    engine_.abort(context);
  } else if (std::holds_alternative<MqttForget>(request)) {
    engine_.release(context.pool);
  }
}

Instant Device::next_deadline() const {
  const Instant agent = agent_.next_deadline();
  const Instant engine = engine_.next_deadline();
  return agent < engine ? agent : engine;
}

void Device::release(BlockPool& pool) {
  agent_.release(pool);
  engine_.release(pool);
}

}  // namespace fleetsim::device
