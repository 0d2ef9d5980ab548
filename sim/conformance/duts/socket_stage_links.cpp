// The sockets of a bench's platform: what comes in, what goes out, and what faults do to it on the way.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "sim/conformance/duts/socket_stage.hpp"
#include "sim/live/tcp_socket.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t socket_read_bytes = std::size_t{64} * 1024;
constexpr int reads_per_event = 64;
constexpr std::chrono::microseconds between_pieces{300};  // what is sent at once arrives as one
constexpr std::chrono::seconds close_patience{5};         // with an end that a fault keeps from the platform

}  // namespace

void SocketStage::take_event(const PollEvent& event) {
  const auto fd = static_cast<int>(event.token);
  const auto& listeners = sockets_.descriptors();
  if (const auto listener = std::find(listeners.begin(), listeners.end(), fd); listener != listeners.end())
    return accept_link(static_cast<std::size_t>(listener - listeners.begin()));
  const auto found = std::find_if(links_.begin(), links_.end(), [fd](const auto& link) { return link->fd == fd; });
  if (found == links_.end()) return;
  SocketLink& link = **found;
  if (event.writable) write_rest(link);
  if (event.readable && link.fd == fd) read_all(link);
}

/// Of the link that comes there next.
LinkPlace SocketStage::next_place(std::size_t endpoint) const {
  LinkPlace place;
  place.leg = is_station(endpoint) ? device::Leg::mqtt : device::Leg::bootstrap;
  place.connection = connections_[static_cast<std::size_t>(place.leg)] + 1;
  place.opened_at = now_;
  if (!is_station(endpoint)) return place;
  const auto& regions = config_.regions;
  const auto found = std::find_if(regions.begin(), regions.end(), [&](const auto& one) { return one.id.view() == region_of(endpoint); });
  place.region = static_cast<std::uint16_t>(1 + (found - regions.begin()));  // the global endpoint comes first
  return place;
}

void SocketStage::may_shut_doors(bool may) {
  may_shut_doors_ = may;
  now_ = clock_.now();
  tend_doors();
}

/// Where the next link would be refused nobody listens: the host itself refuses it then.
void SocketStage::tend_doors() {
  for (std::size_t endpoint = 0; endpoint < sockets_.descriptors().size(); ++endpoint) {
    const LinkPlace place = next_place(endpoint);
    RandomStream random(links_seen_ + 1);
    const bool is_refused =
        may_shut_doors_ && foreseen_->touches(place, now_) && foreseen_->open(place, now_, random).kind == OpenFate::Kind::refused;
    const bool is_shut = sockets_.descriptors()[endpoint] < 0;
    if (is_refused && !is_shut) {
      accept_link(endpoint);  // who has come already is told of
      sockets_.shut(endpoint);
    }
    if (is_refused || !is_shut) continue;
    if (std::string wrong = sockets_.reopen(endpoint); !wrong.empty()) lack_ = std::move(wrong);
    const int fd = sockets_.descriptors()[endpoint];
    if (fd >= 0 && !poller_.add(fd, static_cast<std::uint64_t>(fd))) lack_ = "the system watches no more sockets";
  }
}

void SocketStage::attempted(const IpAddress& address, std::uint16_t port) {
  now_ = clock_.now();
  for (std::size_t endpoint = 0; endpoint < sockets_.descriptors().size(); ++endpoint) {
    SocketLink link;
    link.endpoint = endpoint;
    link.place = next_place(endpoint);
    const WireEvent there = head_of(link);
    if (sockets_.descriptors()[endpoint] >= 0 || there.platform_address != address || there.platform_port != port) continue;
    ++connections_[static_cast<std::size_t>(link.place.leg)];
    link.random = RandomStream(++links_seen_);
    tell(link, WireKind::opening, Direction::up);
    faults_->open(link.place, now_, link.random);  // it is counted
    tell(link, WireKind::failed, Direction::down, {}, device::LinkEnd::refused);
    return tend_doors();
  }
}

void SocketStage::accept_link(std::size_t endpoint) {
  AcceptedSocket socket = accept_one(sockets_.descriptors()[endpoint]);
  for (; socket.fd >= 0; socket = accept_one(sockets_.descriptors()[endpoint])) {
    if (++links_seen_ > links_max) {
      ::close(socket.fd);
      return;
    }
    SocketLink& link = *links_.emplace_back(std::make_unique<SocketLink>());
    link.fd = socket.fd;
    link.address = socket.address;
    link.port = socket.port;
    link.endpoint = endpoint;
    link.place = next_place(endpoint);
    ++connections_[static_cast<std::size_t>(link.place.leg)];
    link.random = RandomStream(links_seen_);
    tell(link, WireKind::opening, Direction::up);
    const OpenFate fate = faults_->touches(link.place, now_) ? faults_->open(link.place, now_, link.random) : OpenFate{};
    if (fate.kind == OpenFate::Kind::refused || fate.kind == OpenFate::Kind::name_unknown) {
      tell(link, WireKind::failed, Direction::down, {}, device::LinkEnd::refused);
      drop(link, SocketEnd::reset);
      continue;
    }
    link.ending = faults_->ending(link.place);
    link.state = fate.kind == OpenFate::Kind::unanswered ? SocketLink::State::unanswered : SocketLink::State::delayed;
    if (!poller_.add(link.fd, static_cast<std::uint64_t>(link.fd))) {
      drop(link, SocketEnd::reset);
      continue;
    }
    if (link.state == SocketLink::State::unanswered) continue;
    link.opens_at = now_ + fate.delay;
    if (fate.delay <= Duration{0}) establish(link);
  }
  if (exhausted_by(socket.error) != Exhausted::nothing)
    lack_ = fmt::format("this host takes no more links: {} (ulimit -n, --threads)", std::strerror(socket.error));
}

void SocketStage::read_all(SocketLink& link) {
  room_.resize(socket_read_bytes);
  for (int i = 0; i < reads_per_event && link.fd >= 0 && flood().empty(); ++i) {
    if (link.state == SocketLink::State::delayed) return;  // what it says meanwhile is read when the link is there
    const TcpResult got = tcp_receive(link.fd, room_);
    if (got.error == EAGAIN || got.error == EWOULDBLOCK) return;
    if (got.error != 0) return device_ended(link, WireKind::reset);
    if (got.bytes == 0) return device_ended(link, WireKind::finished);
    bytes_heard_ += got.bytes;  // also what nobody makes sense of, or a fault keeps from the platform
    if (link.state == SocketLink::State::unanswered) continue;
    link.up.put(ByteView(room_).first(got.bytes), now_, asked(link));
    carry_up(link);
  }
  if (link.fd >= 0) poller_.again(link.fd, static_cast<std::uint64_t>(link.fd));
}

void SocketStage::device_ended(SocketLink& link, WireKind how) {
  if (link.state == SocketLink::State::unanswered) {
    tell(link, WireKind::failed, Direction::down, {}, device::LinkEnd::closed_by_us);
    return drop(link, SocketEnd::orderly);
  }
  if (how == WireKind::reset) {
    tell(link, WireKind::reset, Direction::up);
    close_core(link);
    return drop(link, SocketEnd::reset);
  }
  // Behind all that is still on its way; a fault may keep it from the platform for a while, but not for ever.
  link.up.finish(now_, asked(link));
  const Instant next = link.up.next();
  link.gone_at = (next == kNever ? now_ : std::max(now_, next)) + close_patience;
  carry_up(link);
}

void SocketStage::serve_link(SocketLink& link) {
  if (link.state == SocketLink::State::gone) return;
  if (link.opens_at <= now_) {
    establish(link);
    if (link.fd >= 0) read_all(link);
  }
  if (link.is_heard() && link.ending.at <= now_) {
    faults_->ended(link.ending);
    return end_by_fault(link, link.ending.how);
  }
  if (link.is_heard() && link.up.next() <= now_) carry_up(link);
  if (link.state != SocketLink::State::gone && link.down.next() <= now_) carry_down(link);
  if (link.in_pieces) write_rest(link);
  if (link.state == SocketLink::State::gone || link.gone_at > now_) return;
  if (link.state != SocketLink::State::finishing) tell(link, WireKind::finished, Direction::up);
  close_core(link);
  drop(link, SocketEnd::orderly);
}

void SocketStage::carry_up(SocketLink& link) {
  while (link.is_heard()) {
    const auto piece = link.up.take_due(now_, asked(link), going_up_);
    if (!piece) return;
    if (!going_up_.empty()) hear(link, going_up_);
    if (!link.is_heard()) return;
    if (piece->end != SegmentFate::End::none) return end_by_fault(link, piece->end);
    if (!piece->is_finish) continue;
    tell(link, WireKind::finished, Direction::up);
    close_core(link);
    return drop(link, SocketEnd::orderly);
  }
}

void SocketStage::carry_down(SocketLink& link) {
  while (link.state != SocketLink::State::gone) {
    const auto piece = link.down.take_due(now_, asked(link), going_down_);
    if (!piece) return;
    if (!going_down_.empty()) write_out(link, going_down_);
    if (piece->end != SegmentFate::End::none) return end_by_fault(link, piece->end);
    if (piece->is_finish) {
      link.ends_after_output = true;
      write_rest(link);
    }
  }
}

void SocketStage::write_out(SocketLink& link, ByteView bytes) {
  if (link.fd < 0) return;
  link.output.insert(link.output.end(), bytes.begin(), bytes.end());
  write_rest(link);
  if (link.output.size() <= output_bytes_max) return;
  // Whoever reads too slowly is cut off, as a server does it.
  tell(link, WireKind::reset, Direction::down);
  close_core(link);
  drop(link, SocketEnd::reset);
}

void SocketStage::write_rest(SocketLink& link) {
  if (link.fd < 0) return;
  while (!link.output.empty()) {
    if (link.in_pieces && now_ < link.piece_at) break;
    const std::size_t piece = link.in_pieces ? std::min(platform::handshake_piece_bytes, link.output.size()) : link.output.size();
    const TcpResult sent = tcp_send(link.fd, ByteView(link.output).first(piece));
    if (link.in_pieces) link.piece_at = now_ + clock_.of_ours(between_pieces);
    if (sent.error != 0 && sent.error != EAGAIN && sent.error != EWOULDBLOCK) link.output.clear();  // reading tells how it ended
    if (sent.error != 0) break;
    link.output.erase(link.output.begin(), link.output.begin() + static_cast<std::ptrdiff_t>(sent.bytes));
  }
  if (link.output.empty() && std::exchange(link.ends_after_output, false)) ::shutdown(link.fd, SHUT_WR);
}

/// Between the two: the platform reads that the device has ended it, the device that the platform has.
void SocketStage::end_by_fault(SocketLink& link, SegmentFate::End how) {
  const bool is_reset = how == SegmentFate::End::reset;
  tell(link, is_reset ? WireKind::reset : WireKind::finished, Direction::up);
  close_core(link);
  drop(link, is_reset ? SocketEnd::reset : SocketEnd::orderly);
}

void SocketStage::drop(SocketLink& link, SocketEnd how) {
  if (link.fd >= 0) {
    room_.resize(socket_read_bytes);
    if (how == SocketEnd::reset) {
      tcp_reset(link.fd);
    } else {
      tcp_close(link.fd, room_);
    }
  }
  link.fd = -1;
  link.core_is_open = false;
  link.state = SocketLink::State::gone;
  link.opens_at = link.gone_at = kNever;
  link.down = FaultyLane{Direction::down};
  link.up = FaultyLane{Direction::up};
}

}  // namespace fleetsim::sim
