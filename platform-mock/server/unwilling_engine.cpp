#include "platform-mock/server/unwilling_engine.hpp"

#include <algorithm>

namespace fleetsim::platform {
namespace {

/// Hears all and says nothing, or one thing that is no TLS.
class UnwillingEngine final : public TlsEngine {
 public:
  explicit UnwillingEngine(std::string_view answer) : answer_(answer) {}

  State start() override { return state_; }
  State receive(ByteView ciphertext) override {
    if (answer_.empty() || ciphertext.empty() || state_ == State::failed) return state_;
    says_ = answer_;
    state_ = State::failed;
    return state_;
  }
  std::size_t read(MutableBytes) override { return 0; }
  State write(ByteView) override { return state_; }
  std::size_t take(MutableBytes ciphertext) override {
    const std::size_t count = std::min(ciphertext.size(), says_.size());
    std::copy_n(says_.begin(), count, ciphertext.begin());
    says_.remove_prefix(count);
    return count;
  }
  void close() override {}
  State state() const override { return state_; }
  std::string_view error() const override { return state_ == State::failed ? "answered without TLS on demand" : std::string_view{}; }

 private:
  std::string_view answer_;  // empty: silence
  std::string_view says_;
  State state_ = State::handshaking;
};

}  // namespace

std::unique_ptr<TlsEngine> make_unwilling_engine(HandshakeConduct conduct) {
  switch (conduct) {
    case HandshakeConduct::usual:
    case HandshakeConduct::in_pieces:
      break;
    case HandshakeConduct::silent:
      return std::make_unique<UnwillingEngine>(std::string_view{});
    case HandshakeConduct::plain_text:
      return std::make_unique<UnwillingEngine>(plain_text_answer);
  }
  return nullptr;
}

}  // namespace fleetsim::platform
