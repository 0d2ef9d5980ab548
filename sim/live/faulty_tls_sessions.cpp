#include "sim/live/faulty_tls_sessions.hpp"

#include <algorithm>
#include <utility>

#include "sim/live/host_tls_sessions.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t memories_max = 4096;  // each holds a certificate and a ticket

/// All but what one fault changes.
class OtherEngine : public TlsEngine {
 public:
  explicit OtherEngine(std::unique_ptr<TlsEngine> engine) : engine_(std::move(engine)) {}

  State start() override { return engine_->start(); }
  State receive(ByteView ciphertext) override { return engine_->receive(ciphertext); }
  std::size_t read(MutableBytes plaintext) override { return engine_->read(plaintext); }
  State write(ByteView plaintext) override { return engine_->write(plaintext); }
  std::size_t take(MutableBytes ciphertext) override { return engine_->take(ciphertext); }
  void close() override { engine_->close(); }
  State state() const override { return engine_->state(); }
  std::string_view error() const override { return engine_->error(); }

 private:
  std::unique_ptr<TlsEngine> engine_;
};

/// It ends without a word.
class RudeEngine final : public OtherEngine {
 public:
  using OtherEngine::OtherEngine;
  void close() override {}
};

/// It breaks off without one.
class MuteEngine final : public OtherEngine {
 public:
  using OtherEngine::OtherEngine;
  std::size_t take(MutableBytes ciphertext) override { return state() == State::failed ? 0 : OtherEngine::take(ciphertext); }
};

/// Its buffer has no room for a long record of a handshake.
class NarrowEngine final : public OtherEngine {
 public:
  NarrowEngine(std::unique_ptr<TlsEngine> engine, std::size_t room) : OtherEngine(std::move(engine)), room_(room) {}

  State receive(ByteView ciphertext) override {
    if (state() != State::handshaking) return OtherEngine::receive(ciphertext);
    head_.insert(head_.end(), ciphertext.begin(), ciphertext.end());
    constexpr std::size_t head = 5;
    while (head_.size() >= head) {
      const std::size_t size = std::size_t{head_[3]} << 8 | head_[4];
      is_lost_ = is_lost_ || size > room_;
      if (is_lost_ || head + size > head_.size()) break;
      head_.erase(head_.begin(), head_.begin() + static_cast<std::ptrdiff_t>(head + size));
    }
    return is_lost_ ? State::failed : OtherEngine::receive(ciphertext);
  }
  State state() const override { return is_lost_ ? State::failed : OtherEngine::state(); }
  std::string_view error() const override { return is_lost_ ? "a record that is too long" : OtherEngine::error(); }

 private:
  std::vector<std::uint8_t> head_;  // of the record that is coming
  std::size_t room_;
  bool is_lost_ = false;
};

/// It takes what one read brings for whole records.
class ShortSightedEngine final : public OtherEngine {
 public:
  using OtherEngine::OtherEngine;

  State receive(ByteView ciphertext) override {
    if (state() == State::handshaking && !ends_with_a_record(ciphertext)) is_lost_ = true;
    return is_lost_ ? State::failed : OtherEngine::receive(ciphertext);
  }
  State state() const override { return is_lost_ ? State::failed : OtherEngine::state(); }
  std::string_view error() const override { return is_lost_ ? "a record in pieces" : OtherEngine::error(); }

 private:
  static bool ends_with_a_record(ByteView bytes) {
    constexpr std::size_t head = 5;
    while (bytes.size() >= head) {
      const std::size_t size = head + (std::size_t{bytes[3]} << 8 | bytes[4]);
      if (size > bytes.size()) return false;
      bytes = bytes.subspan(size);
    }
    return bytes.empty();
  }

  bool is_lost_ = false;
};

/// No TLS at all.
class ClearEngine final : public TlsEngine {
 public:
  State start() override { return state_; }
  State receive(ByteView ciphertext) override {
    in_.insert(in_.end(), ciphertext.begin(), ciphertext.end());
    return state_;
  }
  std::size_t read(MutableBytes plaintext) override { return move(in_, plaintext); }
  State write(ByteView plaintext) override {
    out_.insert(out_.end(), plaintext.begin(), plaintext.end());
    return state_;
  }
  std::size_t take(MutableBytes ciphertext) override {
    // The link looks for an engine that opens when bytes come; this one is open when it is first asked for some.
    return move(out_, ciphertext);
  }
  void close() override {}
  State state() const override { return state_; }
  std::string_view error() const override { return {}; }

 private:
  static std::size_t move(std::vector<std::uint8_t>& from, MutableBytes to) {
    const std::size_t count = std::min(from.size(), to.size());
    std::copy_n(from.begin(), count, to.begin());
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

  std::vector<std::uint8_t> in_;
  std::vector<std::uint8_t> out_;
  State state_ = State::open;
};

/// What the dialect says of this one link.
device::TlsDialect on_this_link(const TlsWish& wish) {
  device::TlsDialect dialect = *wish.dialect;
  bool here = true;
  switch (dialect.where) {
    case device::Overlooking::everywhere:
      break;
    case device::Overlooking::on_bootstrap:
      here = wish.leg == device::Leg::bootstrap;
      break;
    case device::Overlooking::on_mqtt:
      here = wish.leg == device::Leg::mqtt;
      break;
    case device::Overlooking::after_the_first:
      here = wish.sessions_before > 0;
      break;
  }
  if (!here) dialect.overlooks = device::overlooks::nothing;
  dialect.where = device::Overlooking::everywhere;
  return dialect;
}

}  // namespace

FaultyTlsSessions::FaultyTlsSessions(std::string_view ca_pem, const TlsHost& host)
    : ca_pem_(ca_pem), host_(std::make_unique<TlsHost>(host)) {}
FaultyTlsSessions::~FaultyTlsSessions() = default;

device::MbedtlsClientContext* FaultyTlsSessions::context_of(const device::TlsDialect& dialect) {
  const auto found = std::find_if(made_.begin(), made_.end(), [&](const Made& one) { return one.dialect == dialect; });
  if (found != made_.end()) return found->context.get();
  auto made = device::MbedtlsClientContext::make(
      {.ca_pem = ca_pem_, .entropy = {}, .random = host_->random, .clock = host_->clock, .dialect = dialect});
  if (!made) return nullptr;
  return made_.emplace_back(Made{dialect, std::move(*made)}).context.get();
}

std::shared_ptr<device::MbedtlsMemory> FaultyTlsSessions::memory_of(const TlsWish& wish, device::TlsResumption resumption) {
  std::string host(wish.host);
  switch (resumption) {
    case device::TlsResumption::never:
    case device::TlsResumption::asks_only:
      return nullptr;
    case device::TlsResumption::anywhere:
      host.clear();
      break;
    case device::TlsResumption::insists:
    case device::TlsResumption::trusts:
      break;
  }
  const std::pair key{wish.device, std::move(host)};
  if (const auto found = memories_.find(key); found != memories_.end()) return found->second;
  if (memories_.size() == memories_max) return nullptr;
  return memories_.emplace(key, device::MbedtlsClientContext::make_memory()).first->second;
}

std::unique_ptr<TlsEngine> FaultyTlsSessions::connect(const TlsWish& wish) {
  const device::TlsDialect dialect = on_this_link(wish);
  if (!dialect.speaks_tls || (!dialect.insists && wish.after_failure)) return std::make_unique<ClearEngine>();
  const bool is_counted = dialect.sessions_max != 0 && wish.leg == device::Leg::mqtt;
  if (is_counted && wish.sessions_before >= dialect.sessions_max) return nullptr;
  device::MbedtlsClientContext* const context = context_of(dialect);
  if (context == nullptr) return nullptr;
  std::unique_ptr<TlsEngine> engine = context->connect(wish.host, memory_of(wish, dialect.resumption));
  if (engine && !dialect.says_goodbye) engine = std::make_unique<RudeEngine>(std::move(engine));
  if (engine && !dialect.says_why) engine = std::make_unique<MuteEngine>(std::move(engine));
  if (engine && dialect.record_room != 0) engine = std::make_unique<NarrowEngine>(std::move(engine), dialect.record_room);
  if (engine && !dialect.reads_in_pieces) engine = std::make_unique<ShortSightedEngine>(std::move(engine));
  return engine;
}

}  // namespace fleetsim::sim
