#include "devicecore/upgrade_client.hpp"

#include <array>
#include <cstring>
#include <new>

#include "devicecore/base/bounded_string.hpp"
#include "devicecore/base/ensure.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/http_response_reader.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

struct UpgradeClient::Job {
  alignas(std::max_align_t) std::array<std::uint8_t, kHashStateBytesMax> hash{};
  HttpResponseReader reader;
  std::array<std::uint8_t, kHashBytesMax> digest{};
  std::array<char, limits::url_bytes_max> address{};
  std::uint16_t address_size = 0;
  HashMethod method = HashMethod::md5;
  bool heard = false;  // bytes of the answer that is being read
  std::uint32_t size = 0;
  std::uint32_t offset = 0;        // all before it is hashed and in the shell's hands
  std::uint32_t asked = 0;         // bytes, from there
  std::uint32_t reader_bytes = 0;  // of the buffer
  BoundedString<limits::version_bytes_max> version;

  Url url() const { return *parse_url({address.data(), address_size}); }
};

namespace {

constexpr std::size_t job_bytes_max = 1024;  // a medium block
constexpr std::size_t small_part_bytes = 1024;
constexpr Duration close_patience = std::chrono::seconds{1};

/// What another try may mend: the server was busy, or something on the way was.
bool may_pass(Failure failure, std::uint16_t status) {
  if (failure != Failure::http_status) return true;
  return status >= 500 || status == 408 || status == 429;
}

std::uint32_t tenth_of(std::uint32_t part, std::uint32_t whole) { return static_cast<std::uint32_t>(std::uint64_t{part} * 10 / whole); }

}  // namespace

UpgradeOutcome UpgradeClient::begin(const StepContext& context, const UpgradeOffer& offer) {
  static_assert(sizeof(Job) <= job_bytes_max);
  ensure(!busy() && !has_link());
  const MutableBytes block = context.pool.acquire(sizeof(Job));
  if (block.empty()) return {UpgradeOutcome::State::failed, Failure::no_room, step_upgrade_failed};
  job_ = new (block.data()) Job;
  job_->version.assign(offer.version);
  job_->digest = offer.digest;
  job_->method = offer.method;
  job_->size = offer.size;
  std::memcpy(job_->address.data(), offer.address.data(), offer.address.size());
  job_->address_size = static_cast<std::uint16_t>(offer.address.size());
  backoff_.reset();
  failures_ = 0;
  paused_ = false;
  if (!start_hash(context)) return fail(context, Failure::upgrade_unsupported, step_upgrade_failed);
  open_link(context);
  return {};
}

std::string_view UpgradeClient::version() const { return job_->version.view(); }

bool UpgradeClient::start_hash(const StepContext& context) {
  const HashPort& port = context.config.hash;
  job_->offset = 0;
  return port.start(port.context, job_->method, job_->hash);
}

void UpgradeClient::open_link(const StepContext& context) {
  const Url url = job_->url();
  work_ = Work::fetching;
  link_ = LinkStage::opening;
  link_was_of_use_ = false;
  deadline_ = context.now + context.config.bootstrap_timeout;
  context.workspace.push(OpenLink{Leg::bootstrap, url.tls, url.port, url.host});
}

UpgradeOutcome UpgradeClient::link_opened(const StepContext& context) {
  if (link_ != LinkStage::opening) return {};
  link_ = LinkStage::open;
  return ask(context);
}

UpgradeOutcome UpgradeClient::ask(const StepContext& context) {
  MutableBytes block = buffer_ != nullptr ? MutableBytes{buffer_, job_->reader_bytes} : context.pool.acquire(limits::image_part_bytes);
  if (block.empty()) block = context.pool.acquire(small_part_bytes);
  if (block.empty()) return try_again(context, Failure::no_room);
  if (block.size() > limits::image_part_bytes) block = block.first(limits::image_part_bytes);
  buffer_ = block.data();
  job_->reader_bytes = static_cast<std::uint32_t>(block.size());

  const std::uint32_t left = job_->size - job_->offset;
  job_->asked = left < block.size() ? left : static_cast<std::uint32_t>(block.size());
  job_->heard = false;
  job_->reader.begin(block);
  job_->reader.accept_part();
  const Url url = job_->url();
  TextWriter text(context.workspace.scratch());
  put_image_request(text, {url.host, url.path, url.port, url.tls, job_->offset, job_->asked});
  if (text.overflowed() || !context.workspace.send(Leg::bootstrap, text.size())) return try_again(context, Failure::no_room);
  work_ = Work::fetching;
  deadline_ = context.now + context.config.bootstrap_timeout;
  return {};
}

UpgradeOutcome UpgradeClient::received(const StepContext& context, ByteView bytes) {
  if (link_ != LinkStage::open || work_ != Work::fetching || bytes.empty()) return {};
  job_->heard = true;
  switch (job_->reader.feed(bytes)) {
    case HttpResponseReader::Progress::more:
      return {};
    case HttpResponseReader::Progress::complete:
      return take_part(context);
    case HttpResponseReader::Progress::failed:
      break;
  }
  const Failure why = job_->reader.failure();
  return may_pass(why, job_->reader.status()) ? try_again(context, why) : fail(context, why, step_download_failed);
}

UpgradeOutcome UpgradeClient::take_part(const StepContext& context) {
  const bool whole = job_->reader.status() == 200;  // the server does not know ranges; a small image fits all the same
  const ByteView body = job_->reader.body();
  if (body.size() != (whole ? job_->size : job_->asked)) return try_again(context, Failure::http_malformed);
  const HashPort& port = context.config.hash;
  const bool restarted = !whole || job_->offset == 0 || start_hash(context);
  if (!restarted || !port.update(port.context, job_->method, job_->hash, body))
    return fail(context, Failure::digest_mismatch, step_verify_failed);
  context.workspace.push(WriteImage{job_->offset, job_->size, body});
  job_->asked = static_cast<std::uint32_t>(body.size());
  link_was_of_use_ = true;
  work_ = Work::writing;
  deadline_ = context.now + context.config.bootstrap_timeout;
  return {};
}

UpgradeOutcome UpgradeClient::image_written(const StepContext& context, bool ok) {
  if (work_ != Work::writing) return {};
  if (!ok) return fail(context, Failure::flash_failed, step_flash_failed);
  const std::uint32_t before = tenth_of(job_->offset, job_->size);
  job_->offset += job_->asked;
  failures_ = 0;
  backoff_.reset();
  if (job_->offset == job_->size) return verify(context);
  const UpgradeOutcome outcome = go_on(context);
  const std::uint32_t tenths = tenth_of(job_->offset, job_->size);
  if (outcome.state != UpgradeOutcome::State::none || tenths == before) return outcome;
  return {UpgradeOutcome::State::progressed, Failure::none, static_cast<std::int8_t>(10 * tenths)};
}

UpgradeOutcome UpgradeClient::go_on(const StepContext& context) {
  if (link_ == LinkStage::open) return ask(context);
  release_buffer(context.pool);
  work_ = Work::waiting;
  deadline_ = paused_ ? kNever : context.now;
  return {};
}

UpgradeOutcome UpgradeClient::verify(const StepContext& context) {
  const HashPort& port = context.config.hash;
  std::array<std::uint8_t, kHashBytesMax> digest{};
  const bool done = port.finish(port.context, job_->method, job_->hash, digest);
  const bool must_be_right = context.config.profile->upgrade.checks_digest;
  if (!done || (must_be_right && std::memcmp(digest.data(), job_->digest.data(), hash_bytes(job_->method)) != 0))
    return fail(context, Failure::digest_mismatch, step_verify_failed);
  release_buffer(context.pool);
  work_ = Work::done;
  deadline_ = kNever;
  end_link(context, CloseLink{Leg::bootstrap});
  return {UpgradeOutcome::State::ready, Failure::none, 100};
}

UpgradeOutcome UpgradeClient::link_closed(const StepContext& context, LinkEnd end) {
  const LinkStage was = link_;
  link_ = LinkStage::none;
  if (work_ != Work::fetching || was == LinkStage::closing || was == LinkStage::none) return {};
  const bool in_order = end == LinkEnd::closed_by_peer && was == LinkStage::open;
  if (in_order && job_->heard && job_->reader.end_of_stream() == HttpResponseReader::Progress::complete) return take_part(context);
  if (in_order && !job_->heard && link_was_of_use_) {
    // A server that closes after each answer, or after many: that is no failure.
    release_buffer(context.pool);
    open_link(context);
    return {};
  }
  return try_again(context, Failure::link);
}

UpgradeOutcome UpgradeClient::deadline_reached(const StepContext& context) {
  if (context.now < deadline_) return {};
  deadline_ = kNever;
  switch (work_) {
    case Work::none:
    case Work::done:
      return {};
    case Work::waiting:
      if (has_link()) {
        deadline_ = context.now + close_patience;  // the end of the old link is still to come
      } else {
        open_link(context);
      }
      return {};
    case Work::fetching:
      return try_again(context, Failure::timed_out);
    case Work::writing:
      return fail(context, Failure::flash_failed, step_flash_failed);
  }
  return {};
}

UpgradeOutcome UpgradeClient::try_again(const StepContext& context, Failure why) {
  if (++failures_ > limits::upgrade_failures_max) return fail(context, why, step_download_failed);
  release_buffer(context.pool);
  end_link(context, AbortLink{Leg::bootstrap});
  work_ = Work::waiting;
  deadline_ = context.now + backoff_.next(context.config.backoff, context.random);
  return {};
}

UpgradeOutcome UpgradeClient::fail(const StepContext& context, Failure why, std::int8_t step) {
  end_link(context, AbortLink{Leg::bootstrap});
  release(context.pool);
  return {UpgradeOutcome::State::failed, why, step};
}

void UpgradeClient::end_link(const StepContext& context, const Action& how) {
  if (link_ != LinkStage::opening && link_ != LinkStage::open) return;
  link_ = LinkStage::closing;
  context.workspace.push(how);
}

void UpgradeClient::pause(const StepContext& context) {
  if (has_link()) {
    link_ = LinkStage::closing;
    context.workspace.push(AbortLink{Leg::bootstrap});
  }
  if (work_ == Work::none || work_ == Work::done) return;
  paused_ = true;
  if (work_ == Work::writing) return;
  release_buffer(context.pool);
  work_ = Work::waiting;
  deadline_ = kNever;
}

void UpgradeClient::resume(const StepContext& context) {
  if (!paused_) return;
  paused_ = false;
  if (work_ == Work::waiting) deadline_ = context.now;
}

void UpgradeClient::release_buffer(BlockPool& pool) {
  if (buffer_ != nullptr) pool.release(buffer_);
  buffer_ = nullptr;
}

void UpgradeClient::release(BlockPool& pool) {
  release_buffer(pool);
  if (job_ != nullptr) pool.release(reinterpret_cast<std::uint8_t*>(job_));
  job_ = nullptr;
  work_ = Work::none;
  deadline_ = kNever;
  paused_ = false;
}

}  // namespace fleetsim::device
