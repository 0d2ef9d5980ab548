#include "sim/world/faulty_links.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

using device::LinkEnd;
using End = SegmentFate::End;

void FaultyLinks::resize(std::uint32_t slots) {
  proxies_.resize(std::size_t{slots} * 2);
  timers_.resize(slots * 2);
}

void FaultyLinks::open(LinkKey key, LinkTarget target, Instant now) {
  now_ = now;
  Proxy& one = proxy(key);
  Link& near = devices_.link(key);
  const std::uint32_t connection = one.place.connection + 1;
  one.place = target.place;
  one.place.leg = key.leg;
  one.place.connection = connection;
  one.place.opened_at = now;
  one.random = RandomStream(split_mix_64::mix(RandomStream::fork(seed_, "link faults", one.place.who).next() ^ (connection * 2ULL) ^
                                              static_cast<std::uint64_t>(key.leg)));
  one.lanes.reset();
  one.told_end.reset();
  one.ending = faults_.ending(one.place);
  ++near.generation;
  near.began_at = now;
  near.handle = 0;
  near.state = LinkState::connecting;
  const OpenFate fate = faults_.touches(one.place, now) ? faults_.open(one.place, now, one.random) : OpenFate{};
  if (fate.kind != OpenFate::Kind::goes_on) keep_back(key, target);
  switch (fate.kind) {
    case OpenFate::Kind::name_unknown:
      return tell_end(key, LinkEnd::dns_failed, "a fault: the name leads nowhere");
    case OpenFate::Kind::refused:
      return tell_end(key, LinkEnd::refused, "a fault: refused");
    case OpenFate::Kind::unanswered:
      return set_timer(key);  // the device's own time-out ends it, or the end that another fault has in store
    case OpenFate::Kind::goes_on:
      break;
  }
  if (fate.delay > Duration{0}) {
    one.target = std::make_unique<LinkTarget>(std::move(target));
    one.opens_at = now + fate.delay;
    return set_timer(key);
  }
  set_timer(key);
  carrier_->open(key, std::move(target), now);
}

void FaultyLinks::link_opened(LinkKey key) {
  devices_.link(key).state = LinkState::open;
  devices_.link_opened(key);
}

bool FaultyLinks::goes_through_lanes(Proxy& one) {
  if (one.lanes) return true;
  if (!faults_.touches(one.place, now_)) return false;
  one.lanes = std::make_unique<Lanes>();
  return true;
}

void FaultyLinks::send(LinkKey key, ByteView bytes) {
  Proxy& one = proxy(key);
  if (devices_.link(key).state != LinkState::open) return;  // what is sent after the end is nobody's
  if (!goes_through_lanes(one)) {
    carrier_->send(key, bytes);
    return say_busy(key);
  }
  one.lanes->up.put(bytes, now_, asked(one));
  if (one.lanes->up.waiting_bytes() > waiting_bytes_max) {
    one.told_end = LinkEnd::reset;
    carrier_->abort(key, Abort::reset);
    return;
  }
  serve_up(key);
  say_busy(key);
  set_timer(key);
}

void FaultyLinks::close(LinkKey key, Instant now) {
  now_ = now;
  Proxy& one = proxy(key);
  Link& near = devices_.link(key);
  if (near.state == LinkState::idle || near.state == LinkState::closing) return;
  if (near.state != LinkState::open || one.far.handle < 0) return abort(key, Abort::orderly);  // nothing is there to be closed
  if (!goes_through_lanes(one)) return carrier_->close(key, now);
  near.state = LinkState::closing;
  one.lanes->up.finish(now, asked(one));
  const Instant next = one.lanes->up.next();
  one.gives_up_at = (next == kNever ? now : std::max(now, next)) + close_patience;
  serve_up(key);
  set_timer(key);
}

void FaultyLinks::abort(LinkKey key, Abort how) {
  if (devices_.link(key).state == LinkState::idle) return;
  if (proxy(key).far.handle >= 0) {
    proxy(key).told_end = LinkEnd::closed_by_us;
    carrier_->abort(key, how);
  } else {
    tell_end(key, LinkEnd::closed_by_us, {});
  }
}

void FaultyLinks::link_received(LinkKey key, ByteView bytes) {
  Proxy& one = proxy(key);
  if (!goes_through_lanes(one)) return devices_.link_received(key, bytes);
  one.lanes->down.put(bytes, now_, asked(one));
  serve_down(key);
  set_timer(key);
}

void FaultyLinks::link_closed(LinkKey key, LinkEnd end, std::string_view detail) {
  Proxy& one = proxy(key);
  if (devices_.link(key).state == LinkState::idle) return;
  if (!one.told_end && one.lanes && end == LinkEnd::closed_by_peer && devices_.link(key).state == LinkState::open) {
    one.lanes->peer_end = end;
    one.lanes->down.finish(now_, asked(one));
    // Not from within the carrier's call, which has the link to release yet.
    timers_.set(number_of(key), now_);
    return;
  }
  const bool was_closing = devices_.link(key).state == LinkState::closing;
  tell_end(key, one.told_end.value_or(was_closing ? LinkEnd::closed_by_us : end), detail);
}

void FaultyLinks::link_writable(LinkKey key) { say_busy(key); }

void FaultyLinks::faults_changed() {
  for (std::uint32_t number = 0; number < proxies_.size(); ++number) {
    const LinkKey key = key_of(number);
    if (devices_.link(key).state == LinkState::idle) continue;
    proxies_[number].ending = faults_.ending(proxies_[number].place);
    set_timer(key);
  }
}

void FaultyLinks::serve(LinkKey key) {
  Proxy& one = proxy(key);
  const Link& near = devices_.link(key);
  const std::uint16_t generation = near.generation;
  const auto is_over = [&] { return near.state == LinkState::idle || near.generation != generation; };
  if (is_over()) return;
  if (one.ending.at <= now_) {
    faults_.ended(one.ending);
    return end_link(key, one.ending.how);
  }
  if (one.gives_up_at <= now_) return abort(key, Abort::orderly);
  if (one.opens_at <= now_) {
    one.opens_at = kNever;
    const std::unique_ptr<LinkTarget> target = std::move(one.target);
    set_timer(key);
    return carrier_->open(key, std::move(*target), now_);
  }
  if (one.lanes) {
    serve_up(key);
    if (is_over()) return;
    serve_down(key);
    if (is_over()) return;
    say_busy(key);
  }
  set_timer(key);
}

void FaultyLinks::serve_up(LinkKey key) {
  Proxy& one = proxy(key);
  const std::uint32_t connection = one.place.connection;
  while (one.lanes && one.place.connection == connection) {
    const auto piece = one.lanes->up.take_due(now_, asked(one), going_up_);
    if (!piece) return;
    if (one.far.handle < 0) continue;  // the peer has gone: nobody takes it
    if (!going_up_.empty()) {
      carrier_->send(key, going_up_);
      carrier_->flush();  // each is a write of its own
    }
    if (piece->is_finish && piece->end == End::none) return carrier_->close(key, now_);
    if (piece->end != End::none) return end_link(key, piece->end);
  }
}

void FaultyLinks::serve_down(LinkKey key) {
  Proxy& one = proxy(key);
  const std::uint32_t connection = one.place.connection;
  while (one.lanes && one.place.connection == connection) {
    const auto piece = one.lanes->down.take_due(now_, asked(one), going_down_);
    if (!piece) return;
    if (!going_down_.empty() && devices_.link(key).state == LinkState::open) devices_.link_received(key, going_down_);
    if (one.place.connection != connection || devices_.link(key).state == LinkState::idle) return;
    if (piece->end != End::none) return end_link(key, piece->end);
    if (piece->is_finish && one.lanes) return tell_end(key, one.lanes->peer_end.value_or(LinkEnd::closed_by_peer), {});
  }
}

/// Both ends hear of it: the platform now, the device by what link_closed() tells it.
void FaultyLinks::end_link(LinkKey key, End how) {
  Proxy& one = proxy(key);
  const LinkEnd told = how == End::reset ? LinkEnd::reset : LinkEnd::closed_by_peer;
  if (one.far.handle < 0) return tell_end(key, told, {});
  one.told_end = told;
  carrier_->flush();
  carrier_->abort(key, how == End::reset ? Abort::reset : Abort::orderly);
}

void FaultyLinks::tell_end(LinkKey key, LinkEnd end, std::string_view detail) {
  Proxy& one = proxy(key);
  one.lanes.reset();
  if (one.target) keep_back(key, *one.target);  // it has waited to the end
  one.target.reset();
  one.opens_at = kNever;
  one.gives_up_at = kNever;
  one.ending = {};
  timers_.set(number_of(key), kNever);
  Link& near = devices_.link(key);
  near.handle = -1;
  near.state = LinkState::idle;
  near.pending.reset();
  if (std::exchange(one.is_kept_back, false)) {
    WireEvent failed;
    failed.at = now_;
    failed.kind = WireKind::failed;
    failed.direction = Direction::down;
    failed.end = end;
    tell_kept_back(key, failed);
  }
  devices_.link_closed(key, end, detail);
}

void FaultyLinks::keep_back(LinkKey key, const LinkTarget& target) {
  if (tap_ == nullptr) return;
  proxy(key).is_kept_back = true;
  WireEvent opening;
  opening.at = proxy(key).place.opened_at;
  opening.kind = WireKind::opening;
  opening.platform_address = target.address;
  opening.platform_port = target.port;
  tell_kept_back(key, opening);
}

void FaultyLinks::tell_kept_back(LinkKey key, WireEvent event) {
  event.device = devices_tapped_[key.slot];
  event.leg = key.leg;
  event.teller = WireEnd::device;
  tap_->on_kept_back(event);
}

void FaultyLinks::set_timer(LinkKey key) {
  Proxy& one = proxy(key);
  if (devices_.link(key).state == LinkState::idle) return;
  Instant at = std::min({one.ending.at, one.opens_at, one.gives_up_at});
  if (one.lanes) at = std::min({at, one.lanes->up.next(), one.lanes->down.next()});
  timers_.set(number_of(key), at);
}

/// A device that is told of `pending` sends no more than it must, until link_writable().
void FaultyLinks::say_busy(LinkKey key) {
  const Proxy& one = proxy(key);
  Link& near = devices_.link(key);
  const std::size_t waiting = one.lanes ? one.lanes->up.waiting_bytes() : 0;
  const bool was_busy = near.pending != nullptr;
  const bool is_busy = one.far.pending != nullptr || waiting > (was_busy ? busy_bytes / 2 : busy_bytes);
  if (is_busy == was_busy) return;
  if (is_busy) {
    near.pending = std::make_unique<PendingOutput>();
  } else {
    near.pending.reset();
    devices_.link_writable(key);
  }
}

}  // namespace fleetsim::sim
