// One HTTPS request at a time, for the endpoint or for the device's secret: opens Leg::bootstrap, sends, reads the answer, closes. It
// decides nothing about what comes next: the agent asks for the outcome.
//
//   BootstrapClient client;
//   client.begin(context);                                  // pushes OpenLink
//   client.link_opened(context, identity);                  // pushes the request
//   BootstrapOutcome outcome = client.received(context, bytes);
//   if (outcome.state == BootstrapOutcome::State::answered) use(outcome.endpoint);
#pragma once

#include <cstdint>

#include "devicecore/base/bounded_string.hpp"
#include "devicecore/base/bytes.hpp"
#include "devicecore/device_event.hpp"
#include "devicecore/endpoint.hpp"
#include "devicecore/http_response_reader.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/link.hpp"
#include "devicecore/step_context.hpp"

namespace fleetsim::device {

/// Of one call. `answered` and `failed` come once a request, never both.
struct BootstrapOutcome {
  enum class State : std::uint8_t { none, answered, failed };
  State state = State::none;
  Failure failure = Failure::none;
  LinkEnd end = LinkEnd::closed_by_us;                    // when failure is link
  std::int32_t code = 0;                                  // HTTP status or the body's code
  std::uint16_t retry_after_s = 0;                        // what a refusing server asks for; 0: nothing
  Endpoint endpoint;                                      // when the question was for it
  BoundedString<limits::device_secret_bytes_max> secret;  // likewise
};

class BootstrapClient {
 public:
  enum class Question : std::uint8_t { endpoint, secret };

  /// Precondition: idle().
  void begin(const StepContext& context, Question question = Question::endpoint);
  BootstrapOutcome link_opened(const StepContext& context, const Identity& identity);
  BootstrapOutcome received(const StepContext& context, ByteView bytes);
  BootstrapOutcome link_closed(const StepContext& context, LinkEnd end);
  /// Gives the request up: the link is aborted, its end is still awaited. Harmless when idle.
  void abort(const StepContext& context);

  /// No link is open or about to be.
  bool idle() const { return stage_ == Stage::idle; }
  /// Gives the lent block back.
  void release(BlockPool& pool);

 private:
  enum class Stage : std::uint8_t { idle, opening, waiting, closing };

  BootstrapOutcome finish(const StepContext& context);
  BootstrapOutcome give_up(const StepContext& context, Failure why);

  HttpResponseReader reader_;
  std::uint8_t* block_ = nullptr;
  Stage stage_ = Stage::idle;
  Question question_ = Question::endpoint;
};

}  // namespace fleetsim::device
