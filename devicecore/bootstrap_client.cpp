#include "devicecore/bootstrap_client.hpp"

#include "devicecore/base/ensure.hpp"
#include "devicecore/bootstrap_messages.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/registration.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

void BootstrapClient::begin(const StepContext& context, Question question) {
  ensure(stage_ == Stage::idle);
  const DeviceConfig& config = context.config;
  stage_ = Stage::opening;
  question_ = question;
  if (question == Question::secret) {
    context.workspace.push(OpenLink{Leg::bootstrap, config.bootstrap_tls, registration_port(config), registration_host(config)});
    return;
  }
  context.workspace.push(OpenLink{Leg::bootstrap, config.bootstrap_tls, config.bootstrap_port, config.bootstrap_host});
}

BootstrapOutcome BootstrapClient::link_opened(const StepContext& context, const Identity& identity) {
  if (stage_ != Stage::opening) return {};
  TextWriter request(context.workspace.scratch());
  if (question_ == Question::secret) {
    if (!put_registration_request(request, identity, context.config, context.random)) return give_up(context, Failure::signing_failed);
    if (request.overflowed()) return give_up(context, Failure::no_room);
    context.workspace.push(SendBytes{Leg::bootstrap, context.workspace.keep(request.size())});
    stage_ = Stage::waiting;
    return {};
  }
  const BootstrapDialect& dialect = context.config.profile->bootstrap;
  const std::size_t head = put_bootstrap_request(request, identity, context.config.bootstrap_host, dialect.put_form);
  if (request.overflowed()) return give_up(context, Failure::no_room);
  const ByteView bytes = context.workspace.keep(request.size());
  const std::size_t first = dialect.form_apart ? head : bytes.size();
  context.workspace.push(SendBytes{Leg::bootstrap, bytes.first(first)});
  if (first < bytes.size()) context.workspace.push(SendBytes{Leg::bootstrap, bytes.subspan(first)});
  stage_ = Stage::waiting;
  return {};
}

BootstrapOutcome BootstrapClient::received(const StepContext& context, ByteView bytes) {
  if (stage_ != Stage::waiting) return {};  // the rest of an answer that is already understood or given up
  if (block_ == nullptr) {
    // Only now: a device that waits for a slow server should not hold memory that another one needs.
    const MutableBytes block = context.pool.acquire(limits::bootstrap_body_bytes_max);
    if (block.empty()) return give_up(context, Failure::no_room);
    block_ = block.data();
    reader_.begin(block.first(limits::bootstrap_body_bytes_max), context.config.profile->bootstrap.http);
  }
  switch (reader_.feed(bytes)) {
    case HttpResponseReader::Progress::more:
      return {};
    case HttpResponseReader::Progress::complete:
      return finish(context);
    case HttpResponseReader::Progress::failed:
      return give_up(context, reader_.failure());
  }
  return {};
}

BootstrapOutcome BootstrapClient::link_closed(const StepContext& context, LinkEnd end) {
  const Stage was = stage_;
  stage_ = Stage::idle;
  BootstrapOutcome outcome;
  if (was == Stage::opening || was == Stage::waiting) {
    const bool body_ends_here = was == Stage::waiting && end == LinkEnd::closed_by_peer && block_ != nullptr &&
                                reader_.end_of_stream() == HttpResponseReader::Progress::complete;
    if (body_ends_here) {
      outcome = finish(context);
    } else {
      outcome.state = BootstrapOutcome::State::failed;
      outcome.failure = Failure::link;
      outcome.end = end;
    }
  }
  release(context.pool);
  return outcome;
}

void BootstrapClient::abort(const StepContext& context) {
  release(context.pool);
  if (stage_ == Stage::idle) return;
  stage_ = Stage::closing;
  context.workspace.push(AbortLink{Leg::bootstrap});
}

void BootstrapClient::release(BlockPool& pool) {
  if (block_ == nullptr) return;
  pool.release(block_);
  block_ = nullptr;
}

BootstrapOutcome BootstrapClient::finish(const StepContext& context) {
  BootstrapOutcome outcome;
  if (question_ == Question::secret) {
    const SecretAnswer answer = parse_registration_answer(reader_.body());
    outcome.failure = answer.failure;
    outcome.code = answer.code;
    outcome.secret = answer.secret;
  } else {
    const BootstrapAnswer answer = context.config.profile->bootstrap.read_answer(reader_.body());
    outcome.failure = answer.failure;
    outcome.code = answer.code;
    outcome.endpoint = answer.endpoint;
  }
  outcome.state = outcome.failure == Failure::none ? BootstrapOutcome::State::answered : BootstrapOutcome::State::failed;
  release(context.pool);
  if (stage_ == Stage::waiting) {
    stage_ = Stage::closing;
    context.workspace.push(CloseLink{Leg::bootstrap});
  }
  return outcome;
}

BootstrapOutcome BootstrapClient::give_up(const StepContext& context, Failure why) {
  BootstrapOutcome outcome;
  outcome.state = BootstrapOutcome::State::failed;
  outcome.failure = why;
  if (why == Failure::http_status) outcome.code = reader_.status();
  if (why == Failure::http_status && context.config.profile->bootstrap.heeds_retry_after) outcome.retry_after_s = reader_.retry_after_s();
  abort(context);
  return outcome;
}

}  // namespace fleetsim::device
