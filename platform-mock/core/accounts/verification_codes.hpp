// Codes that a recipient tells a distributor, to show that it wants the devices: sent to the recipient's inbox, good for one use and a
// short time, void after some wrong tries, and worth nothing to any other distributor.
//
//   codes.send(distributor, recipient, now);
//   codes.inbox(recipient).back().code;                       // what the recipient reads, and tells the distributor
//   codes.use(distributor, recipient, "042195", now);         // CodeCheck::accepted, once
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/random_stream.hpp"

namespace fleetsim::platform {

struct InboxMessage {
  AccountIndex from;
  std::string code;
  Instant sent{};
  Instant expires{};
};

enum class CodeCheck : std::uint8_t { accepted, none_sent, expired, wrong, too_many_tries };

class VerificationCodes {
 public:
  /// `limits` must outlive this.
  VerificationCodes(const Limits& limits, std::uint64_t seed) : limits_(limits), random_(seed, "verification codes") {}

  /// Where a full inbox is counted; null: nowhere. It must outlive this.
  void count(LimitCounts* limits) { counts_ = limits; }
  /// A new code; the one before it from the same distributor to the same recipient is void. When an inbox is full its oldest goes.
  void send(AccountIndex distributor, AccountIndex recipient, Instant now);
  /// Oldest first.
  const std::deque<InboxMessage>& inbox(AccountIndex recipient) const;
  /// Accepts a code once. Each wrong one counts; after the last allowed one even the right code is refused.
  CodeCheck use(AccountIndex distributor, AccountIndex recipient, std::string_view code, Instant now);

  struct Pending {
    std::string code;
    Instant expires{};
    std::uint32_t wrong_tries = 0;
  };
  /// Null: none was sent, or it has been used.
  const Pending* pending(AccountIndex distributor, AccountIndex recipient) const;
  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }
  // Puts back what was kept; nobody is told.
  void restore(AccountIndex distributor, AccountIndex recipient, Pending pending);
  /// Oldest first.
  void restore_inbox(AccountIndex recipient, InboxMessage message);

 private:
  void changed(AccountIndex distributor, AccountIndex recipient) {
    if (journal_ != nullptr) journal_->codes_changed(distributor, recipient);
  }

  const Limits& limits_;
  LimitCounts* counts_ = nullptr;
  RandomStream random_;
  std::map<std::pair<AccountIndex, AccountIndex>, Pending> pending_;  // one per distributor and recipient
  std::map<AccountIndex, std::deque<InboxMessage>> inboxes_;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform
