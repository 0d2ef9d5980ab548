#include "platform-mock/core/accounts/verification_codes.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t code_digits = 6;

}  // namespace

void VerificationCodes::send(AccountIndex distributor, AccountIndex recipient, Instant now) {
  std::string code;
  for (std::size_t i = 0; i < code_digits; ++i) code.push_back(static_cast<char>('0' + random_.below(10)));
  const Instant expires = now + limits_.verification_code_lifetime;
  std::deque<InboxMessage>& inbox = inboxes_[recipient];
  while (!inbox.empty() && inbox.size() >= limits_.inbox_messages) {
    inbox.pop_front();
    if (counts_ != nullptr) counts_->reached(LimitKind::inbox_messages);
  }
  inbox.push_back({distributor, code, now, expires});
  pending_[{distributor, recipient}] = {std::move(code), expires, 0};
  changed(distributor, recipient);
}

const std::deque<InboxMessage>& VerificationCodes::inbox(AccountIndex recipient) const {
  static const std::deque<InboxMessage> empty;
  const auto found = inboxes_.find(recipient);
  return found == inboxes_.end() ? empty : found->second;
}

CodeCheck VerificationCodes::use(AccountIndex distributor, AccountIndex recipient, std::string_view code, Instant now) {
  const auto found = pending_.find({distributor, recipient});
  if (found == pending_.end()) return CodeCheck::none_sent;
  Pending& sent = found->second;
  if (now >= sent.expires) return CodeCheck::expired;
  if (sent.wrong_tries >= limits_.verification_code_tries) return CodeCheck::too_many_tries;
  if (sent.code != code) {
    ++sent.wrong_tries;
    changed(distributor, recipient);
    return CodeCheck::wrong;
  }
  pending_.erase(found);
  changed(distributor, recipient);
  return CodeCheck::accepted;
}

const VerificationCodes::Pending* VerificationCodes::pending(AccountIndex distributor, AccountIndex recipient) const {
  const auto found = pending_.find({distributor, recipient});
  return found == pending_.end() ? nullptr : &found->second;
}

void VerificationCodes::restore(AccountIndex distributor, AccountIndex recipient, Pending pending) {
  pending_[{distributor, recipient}] = std::move(pending);
}

void VerificationCodes::restore_inbox(AccountIndex recipient, InboxMessage message) { inboxes_[recipient].push_back(std::move(message)); }

}  // namespace fleetsim::platform
