#include "platform-mock/server/server_loop.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::platform {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Operators and their monitors come in until the end, to see how a drain goes.
bool watches(ListenerKind kind) { return kind == ListenerKind::management || kind == ListenerKind::operations; }

}  // namespace

// UNSAFE_IO: sockets and timers are touched on the loop's thread only, so their locks are left out; post() may come from anywhere.
ServerLoop::ServerLoop(Settings settings)
    : settings_(std::move(settings)), io_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO), work_(io_.get_executor()), timer_(io_.get_executor()) {}

ServerLoop::~ServerLoop() {
  // Operations that never completed lie inside their connections: let them be cancelled before those go.
  end_all_connections();
  listeners_.clear();
  timer_.cancel();
  work_.reset();
  io_.restart();
  io_.poll();
}

void ServerLoop::add_listener(std::unique_ptr<Listener> listener) {
  listeners_.push_back(std::move(listener));
  wait_for_peers(*listeners_.back());
}

void ServerLoop::run() {
  begin_step();
  end_step();
  io_.run();
}

void ServerLoop::post(std::function<void(Platform&, Output&, Instant)> work) {
  asio::post(io_, [this, work = std::move(work)] { run_inline(work); });
}

void ServerLoop::run_inline(const std::function<void(Platform&, Output&, Instant)>& work) {
  begin_step();
  work(*platform_, *this, now_);
  if (io_.stopped()) {
    end_turn();
  } else {
    end_step();
  }
}

void ServerLoop::begin_drain(std::chrono::milliseconds limit) {
  begin_step();
  const Duration all = std::chrono::duration_cast<Duration>(limit);
  drain_deadline_ = now_ + all;
  drain_waits_until_ = drain_deadline_ - std::min(all / 4, kFlushTime);
  platform_->refuse_newcomers(now_, *this);
  for (const auto& listener : listeners_)
    if (!watches(listener->role.kind)) close_listener(*listener);
  end_step();
}

/// The second half of a drain: nothing is waited for any more, everybody hears that it is over.
void ServerLoop::end_waiting() {
  drain_waits_until_ = kNever;
  for (const auto& listener : listeners_) close_listener(*listener);
  platform_->drain(now_, *this);
  for (SocketConnection& connection : all_) {
    if (connection.stage == Stage::dead) continue;
    if (connection.wish == CloseWish::none) connection.wish = connection.stage == Stage::open ? CloseWish::after_flush : CloseWish::abort;
    mark_dirty(connection);
  }
}

void ServerLoop::close_listener(Listener& listener) {
  error_code ignored;
  listener.acceptor.close(ignored);
  listener.pause.cancel();
}

void ServerLoop::end_all_connections() {
  for (auto next = all_.begin(); next != all_.end();) {
    SocketConnection& connection = *next++;  // it may be freed at once
    if (connection.stage != Stage::dead) abort(connection);
  }
}

void ServerLoop::fall_down() {
  is_down_ = true;
  for (const auto& listener : listeners_) stop_listening(*listener);
  end_all_connections();
}

std::string ServerLoop::stand_up() {
  is_down_ = false;
  if (drain_deadline_ != kNever) return {};  // it is to end: nobody is let in any more
  for (const auto& listener : listeners_) {
    if (std::string problem = listen_again(*listener); !problem.empty()) return problem;
    wait_for_peers(*listener);
  }
  return {};
}

ServerFigures ServerLoop::figures() const {
  ServerFigures figures{.statistics = statistics_, .draining = drain_deadline_ != kNever, .listeners = {}};
  for (const auto& listener : listeners_) {
    figures.listeners.push_back({.name = listener->role.name,
                                 .region = listener->role.region,
                                 .open = listener->open,
                                 .accepted = listener->accepted,
                                 .refused = listener->refused,
                                 .out_of_descriptors = listener->exhausted});
  }
  return figures;
}

Instant ServerLoop::clock() const {
  return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - settings_.epoch)};
}

// Posted behind what is ready now, which thus becomes part of the same turn.
void ServerLoop::end_step() {
  if (settings_.state == nullptr) return end_turn();
  if (turn_ends_) return;
  turn_ends_ = true;
  asio::post(io_, [this] {
    turn_ends_ = false;
    begin_step();
    end_turn();
  });
}

// Closing one connection can make the core speak to others: the list grows while it is worked off, and ends because a connection
// closes only once.
void ServerLoop::end_turn() {
  if (drain_waits_until_ != kNever && (drain_waits_until_ <= now_ || !platform_->is_busy())) end_waiting();
  tell_closings();
  while (keep_changes() && !dirty_.empty()) {
    SocketConnection& connection = dirty_.front();
    dirty_.pop_front();
    ++connection.operations;  // holds it until it is settled
    settle(connection);
    operation_over(connection);
  }
  if (is_drained()) {
    timer_.cancel();
    work_.reset();
    return;
  }
  arm_timer();
}

/// What the core does when it hears of an end belongs to the same commit.
void ServerLoop::tell_closings() {
  if (settings_.state == nullptr) return;
  for (SocketConnection& connection : dirty_)
    if (connection.wish == CloseWish::after_flush && connection.stage == Stage::open) begin_closing(connection);
}

/// Before anybody hears of a change it is kept. False: it could not be, and nobody hears anything any more.
bool ServerLoop::keep_changes() {
  if (settings_.state == nullptr) return true;
  if (silent_) return false;
  if (!settings_.state->unsaved()) return true;
  const auto problem = settings_.state->commit();
  if (!problem) return true;
  fall_silent(*problem);
  return false;
}

/// What memory holds is ahead of what is kept: whoever was told of it would be told a lie. Reset, not closed: no word goes out.
void ServerLoop::fall_silent(const StoreError& problem) {
  silent_ = true;
  for (const auto& listener : listeners_) close_listener(*listener);
  end_all_connections();
  if (settings_.on_state_lost) settings_.on_state_lost(problem);
}

void ServerLoop::arm_timer() {
  Instant next = std::min(drain_deadline_, drain_waits_until_);
  if (!is_down_) next = std::min(next, platform_->next_deadline());
  if (!prologues_.empty()) next = std::min(next, prologues_.front().deadline);
  if (!closings_.empty()) next = std::min(next, closings_.front().deadline);
  // A deadline that moved away needs nothing: the timer wakes once too early and is set anew then.
  if (next >= timer_at_) return;
  timer_at_ = next;
  timer_.expires_at(settings_.epoch + next.time_since_epoch());
  timer_.async_wait([this](const error_code& error) {
    if (!error) on_timer();
  });
}

void ServerLoop::on_timer() {
  begin_step();
  timer_at_ = kNever;
  while (!prologues_.empty() && prologues_.front().deadline <= now_) {
    SocketConnection& late = prologues_.front();
    platform_->limits_reached().reached(LimitKind::connect_packet_timeout);
    refuse(late, late.stage == Stage::handshaking ? "TLS handshake not over in time" : "nothing useful sent in time");
  }
  while (!closings_.empty() && closings_.front().deadline <= now_) abort(closings_.front());
  if (!is_down_ && platform_->next_deadline() <= now_) platform_->advance(now_, *this);
  if (drain_deadline_ <= now_) {
    if (drain_waits_until_ != kNever) end_waiting();
    end_all_connections();
  }
  end_step();
}

void ServerLoop::close(ConnectionId id, CloseMode mode) {
  SocketConnection* connection = find(id);
  if (connection == nullptr) return;
  switch (mode) {
    case CloseMode::abort:
      connection->wish = CloseWish::abort;
      break;
    case CloseMode::after_flush:
      if (connection->wish == CloseWish::none) connection->wish = CloseWish::after_flush;
      break;
  }
  mark_dirty(*connection);
}

void ServerLoop::event(const PlatformEvent& event) {
  if (settings_.on_event) settings_.on_event(event, now_);
}

SocketConnection* ServerLoop::find(ConnectionId id) {
  if (id.slot < by_slot_.size() && by_slot_[id.slot] != nullptr && by_slot_[id.slot]->id == id) return by_slot_[id.slot];
  if (accepting_ == nullptr || accepting_->known_to_core) return nullptr;
  bind(*accepting_, id);
  return accepting_;
}

void ServerLoop::bind(SocketConnection& connection, ConnectionId id) {
  if (connection.known_to_core && by_slot_[connection.id.slot] == &connection) by_slot_[connection.id.slot] = nullptr;
  if (id.slot >= by_slot_.size()) by_slot_.resize(id.slot + 1, nullptr);
  by_slot_[id.slot] = &connection;
  connection.id = id;
  connection.known_to_core = true;
}

void ServerLoop::report_closed(SocketConnection& connection) {
  if (!connection.known_to_core) return;
  connection.known_to_core = false;
  if (by_slot_[connection.id.slot] == &connection) by_slot_[connection.id.slot] = nullptr;
  platform_->closed(connection.id, now_, *this);
}

void ServerLoop::mark_dirty(SocketConnection& connection) {
  if (!connection.dirty_hook.is_linked()) dirty_.push_back(connection);
}

}  // namespace fleetsim::platform
