#include "sim/live/seeded_tls.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>
#include <vector>

#include "platform-mock/server/faulty_certificates.hpp"
#include "platform-mock/server/seeded_openssl.hpp"
#include "platform-mock/server/session_memory.hpp"
#include "platform-mock/server/unwilling_engine.hpp"
#include "sim/random.hpp"

namespace fleetsim::sim {
namespace {

class SeededBytes final : public platform::RandomBytes {
 public:
  explicit SeededBytes(RandomStream stream) : stream_(stream) {}

  void fill(MutableBytes out) override {
    for (std::size_t at = 0; at < out.size(); at += sizeof(std::uint64_t)) {
      std::uint64_t word = stream_.next();
      for (std::size_t i = at; i < std::min(out.size(), at + sizeof word); ++i) {
        out[i] = static_cast<std::uint8_t>(word);
        word >>= 8;
      }
    }
  }

 private:
  RandomStream stream_;
};

/// What time it is for a session, told in a place that all sessions of a shard share.
struct SessionClock {
  std::int64_t* shown = nullptr;  // null: it has none
  std::int64_t unix_seconds = 0;

  void show() const {
    if (shown != nullptr) *shown = unix_seconds;
  }
};

/// A session that draws from a stream of its own, and has a time of its own, whichever thread it is on and whatever other sessions do.
class SeededEngine final : public TlsEngine {
 public:
  SeededEngine(std::unique_ptr<TlsEngine> engine, RandomStream stream, const SessionClock& clock = {})
      : bytes_(stream), engine_(std::move(engine)), clock_(clock) {}
  ~SeededEngine() override {
    const platform::SeededScope scope(bytes_);
    engine_.reset();
  }

  State start() override {
    const platform::SeededScope scope(bytes_);
    clock_.show();
    return engine_->start();
  }
  State receive(ByteView ciphertext) override {
    const platform::SeededScope scope(bytes_);
    clock_.show();
    return engine_->receive(ciphertext);
  }
  std::size_t read(MutableBytes plaintext) override {
    const platform::SeededScope scope(bytes_);
    return engine_->read(plaintext);
  }
  State write(ByteView plaintext) override {
    const platform::SeededScope scope(bytes_);
    return engine_->write(plaintext);
  }
  std::size_t take(MutableBytes ciphertext) override { return engine_->take(ciphertext); }
  void close() override {
    const platform::SeededScope scope(bytes_);
    engine_->close();
  }
  State state() const override { return engine_->state(); }
  std::string_view error() const override { return engine_->error(); }

 private:
  SeededBytes bytes_;
  std::unique_ptr<TlsEngine> engine_;
  SessionClock clock_;
};

bool draw_from_scope(void* /*context*/, MutableBytes out) { return platform::fill_from_scope(out); }
std::int64_t tell_time(void* context) { return *static_cast<std::int64_t*>(context); }

/// The devices' ends of one shard.
class ShardSessions final : public TlsSessions {
 public:
  ShardSessions(std::uint64_t seed, std::int64_t unix_seconds) : seed_(seed), unix_seconds_(unix_seconds), shown_(unix_seconds) {}

  /// Empty when all is well.
  std::string set_up(std::string_view ca_pem, const TlsLibraries& wanted) {
    SeededBytes bytes(RandomStream::fork(seed_, "TLS of devices", 0));
    const platform::SeededScope scope(bytes);
    auto made = make_tls_sessions(ca_pem, wanted,
                                  {.openssl = {.library = platform::seeded_openssl(), .unix_seconds = unix_seconds_},
                                   .random = {.fill = &draw_from_scope, .context = nullptr},
                                   .clock = {.unix_seconds = &tell_time, .context = &shown_}});
    if (!made) return made.error();
    sessions_ = std::move(*made);
    return {};
  }

  std::unique_ptr<TlsEngine> connect(const TlsWish& wish) override {
    auto engine = sessions_->connect(wish);
    if (!engine) return nullptr;
    return std::make_unique<SeededEngine>(
        std::move(engine), RandomStream::fork(seed_, "TLS session of a device", wish.session),
        SessionClock{&shown_, unix_seconds_ + std::chrono::floor<std::chrono::seconds>(wish.clock_error).count()});
  }

 private:
  std::uint64_t seed_;
  std::int64_t unix_seconds_;
  std::int64_t shown_;  // to the session whose turn it is
  std::unique_ptr<TlsSessions> sessions_;
};

/// The platform's certificates of one seed. They take most of a second to make and are the same each time, so whoever begins many runs of
/// one seed, as the exam does, gets them once. Used by several threads.
class SeededCertificates {
 public:
  static Result<std::shared_ptr<SeededCertificates>, std::string> get(const SeededTlsOptions& options) {
    const std::lock_guard lock(kept_mutex());
    std::vector<std::shared_ptr<SeededCertificates>>& kept = all_kept();
    const auto found = std::find_if(kept.begin(), kept.end(), [&](const auto& one) { return one->is_of(options); });
    if (found != kept.end()) return *found;
    auto made = std::make_shared<SeededCertificates>(options);
    if (std::string problem = made->set_up(); !problem.empty()) return fail(std::move(problem));
    if (kept.size() == kept_max) kept.erase(kept.begin());
    kept.push_back(made);
    return made;
  }

  static void forget() {
    const std::lock_guard lock(kept_mutex());
    all_kept().clear();
  }

  explicit SeededCertificates(const SeededTlsOptions& options)
      : config_(options.config), names_(options.names), seed_(options.seed), unix_seconds_(options.unix_seconds) {}

  const std::string& ca_pem() const { return ca_pem_; }
  /// Null: such a certificate cannot be made.
  const platform::TlsServerContext* context(platform::CertificateFault fault) {
    if (fault == platform::CertificateFault::none) return context_.get();
    const std::lock_guard lock(mutex_);
    SeededBytes bytes(RandomStream::fork(seed_, "TLS of the platform", 1 + static_cast<std::uint64_t>(fault)));
    const platform::SeededScope scope(bytes);
    const auto made = faulty_->context(fault);
    return made ? *made : nullptr;
  }

 private:
  static constexpr std::size_t kept_max = 4;

  static std::mutex& kept_mutex() {
    static std::mutex mutex;
    return mutex;
  }
  static std::vector<std::shared_ptr<SeededCertificates>>& all_kept() {
    static std::vector<std::shared_ptr<SeededCertificates>> kept;
    return kept;
  }

  bool is_of(const SeededTlsOptions& options) const {
    return seed_ == options.seed && unix_seconds_ == options.unix_seconds && names_.dns == options.names.dns &&
           names_.addresses == options.names.addresses && config_.rsa == options.config.rsa && config_.ecdsa == options.config.ecdsa;
  }

  std::string set_up() {
    const platform::TlsGround ground{.library = platform::seeded_openssl(), .unix_seconds = unix_seconds_};
    if (ground.library == nullptr) return "this OpenSSL takes no random numbers from a seed";
    SeededBytes bytes(RandomStream::fork(seed_, "TLS of the platform", 0));
    const platform::SeededScope scope(bytes);
    auto authority = platform::CertificateAuthority::create(platform::CertificateAuthority::default_name, ground);
    if (!authority) return authority.error().what;
    auto context = platform::TlsServerContext::create(config_, *authority, names_);
    if (!context) return context.error().what;
    context_ = std::make_unique<platform::TlsServerContext>(std::move(*context));
    ca_pem_ = authority->pem();
    faulty_ = std::make_unique<platform::FaultyCertificates>(config_, std::move(*authority), names_);
    return {};
  }

  platform::TlsConfig config_;
  platform::CertificateNames names_;
  std::uint64_t seed_;
  std::int64_t unix_seconds_;
  std::unique_ptr<platform::TlsServerContext> context_;
  std::mutex mutex_;  // of what follows
  std::unique_ptr<platform::FaultyCertificates> faulty_;
  std::string ca_pem_;
};

class SeededTls final : public SimulatedTls {
 public:
  explicit SeededTls(const SeededTlsOptions& options) : seed_(options.seed), unix_seconds_(options.unix_seconds) {}

  std::string set_up(const SeededTlsOptions& options) {
    auto certificates = SeededCertificates::get(options);
    if (!certificates) return certificates.error();
    certificates_ = std::move(*certificates);
    for (std::uint32_t shard = 0; shard < options.shards; ++shard) {
      shards_.push_back(std::make_unique<ShardSessions>(seed_, unix_seconds_));
      if (std::string problem = shards_.back()->set_up(ca_pem(), options.wanted); !problem.empty()) return problem;
    }
    return {};
  }

  const std::string& ca_pem() const override { return certificates_->ca_pem(); }
  TlsSessions& sessions_of(std::uint32_t shard) override { return *shards_[shard]; }

  std::unique_ptr<TlsEngine> accept(const platform::misbehaviour::TlsHandshake& handshake, std::uint64_t number) override {
    if (auto unwilling = platform::make_unwilling_engine(handshake.conduct)) return unwilling;
    const platform::TlsServerContext* const context = certificates_->context(handshake.fault);
    if (context == nullptr) return nullptr;
    const RandomStream stream = RandomStream::fork(seed_, "TLS session of the platform", number);
    SeededBytes first(stream);
    const platform::SeededScope scope(first);
    auto session = std::make_unique<SeededEngine>(context->new_session(&memory_), stream);
    session->start();
    return session;
  }

 private:
  std::uint64_t seed_;
  std::int64_t unix_seconds_;
  std::shared_ptr<SeededCertificates> certificates_;
  platform::SessionMemory memory_;  // of this run alone
  std::vector<std::unique_ptr<ShardSessions>> shards_;
};

}  // namespace

Result<std::unique_ptr<SimulatedTls>, std::string> make_seeded_tls(const SeededTlsOptions& options) {
  auto made = std::make_unique<SeededTls>(options);
  if (std::string problem = made->set_up(options); !problem.empty()) return fail(std::move(problem));
  return std::unique_ptr<SimulatedTls>(std::move(made));
}

void forget_seeded_certificates() { SeededCertificates::forget(); }

}  // namespace fleetsim::sim
