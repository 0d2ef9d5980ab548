// Downloads a firmware image in parts over the HTTPS leg, checks it, and hands it to the shell. One part is asked for, read into a lent
// block, hashed, given to the shell as WriteImage, and only when that is written the next one is asked for: so a block bounds what is
// buffered, and a link that breaks costs one part. It decides nothing about the device's life: the agent says when it may hold a link.
//
//   client.begin(context, offer);                         // pushes OpenLink on Leg::bootstrap
//   UpgradeOutcome outcome = client.received(context, bytes);
//   if (outcome.state == UpgradeOutcome::State::ready) restart_into(client.version());
//   client.pause(context);                                // the agent needs the leg or loses its MQTT link; later: resume(context)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devicecore/backoff.hpp"
#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/device_event.hpp"
#include "devicecore/link.hpp"
#include "devicecore/step_context.hpp"
#include "devicecore/upgrade_messages.hpp"

namespace fleetsim::device {

/// Of one call. `ready` and `failed` come once an upgrade, never both.
struct UpgradeOutcome {
  enum class State : std::uint8_t { none, progressed, ready, failed };
  State state = State::none;
  Failure failure = Failure::none;
  std::int8_t step = 0;  // percent, or what to tell the platform about a failure
};

class UpgradeClient {
 public:
  /// Precondition: !busy(). Fails when there is no block for what it must remember.
  UpgradeOutcome begin(const StepContext& context, const UpgradeOffer& offer);
  UpgradeOutcome link_opened(const StepContext& context);
  UpgradeOutcome received(const StepContext& context, ByteView bytes);
  UpgradeOutcome link_closed(const StepContext& context, LinkEnd end);
  UpgradeOutcome image_written(const StepContext& context, bool ok);
  UpgradeOutcome deadline_reached(const StepContext& context);
  /// Gives the link up and begins nothing; what is downloaded stays.
  void pause(const StepContext& context);
  void resume(const StepContext& context);

  /// An upgrade is under way, or downloaded and waits for its restart.
  bool busy() const { return job_ != nullptr; }
  /// All is there and right.
  bool done() const { return work_ == Work::done; }
  bool has_link() const { return link_ != LinkStage::none; }
  /// Of the upgrade; valid while busy().
  std::string_view version() const;
  Instant next_deadline() const { return deadline_; }
  /// Forgets the upgrade and gives the blocks back. The link, if any, stays the caller's to await.
  void release(BlockPool& pool);

 private:
  struct Job;
  enum class LinkStage : std::uint8_t { none, opening, open, closing };
  enum class Work : std::uint8_t {
    none,
    waiting,  // for the next try
    fetching,
    writing,  // the shell has the part
    done,     // all is there and right
  };

  void open_link(const StepContext& context);
  UpgradeOutcome ask(const StepContext& context);
  UpgradeOutcome take_part(const StepContext& context);
  UpgradeOutcome go_on(const StepContext& context);
  UpgradeOutcome verify(const StepContext& context);
  UpgradeOutcome try_again(const StepContext& context, Failure why);
  UpgradeOutcome fail(const StepContext& context, Failure why, std::int8_t step);
  void end_link(const StepContext& context, const Action& how);
  bool start_hash(const StepContext& context);
  void release_buffer(BlockPool& pool);

  Job* job_ = nullptr;              // in a lent block
  std::uint8_t* buffer_ = nullptr;  // a lent block: the part being read or written
  Instant deadline_ = kNever;
  Backoff backoff_;
  LinkStage link_ = LinkStage::none;
  Work work_ = Work::none;
  std::uint8_t failures_ = 0;  // since the last part
  bool paused_ = false;
  bool link_was_of_use_ = false;  // it brought at least one part
};

}  // namespace fleetsim::device
