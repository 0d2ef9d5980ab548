#include "tests/devicecore/device_world.hpp"

#include <algorithm>

namespace fleetsim::device::testing {

void DeviceWorld::obey(const Action& action) {
  if (const auto* open = std::get_if<OpenLink>(&action)) {
    Link& target = link(open->leg);
    EXPECT_EQ(target.state, Link::State::closed) << "the old link of this leg has not ended yet";
    const bool is_download = open->leg == Leg::bootstrap && device.agent().state() == AgentState::online;
    const Leg other = open->leg == Leg::mqtt ? Leg::bootstrap : Leg::mqtt;
    EXPECT_TRUE(is_download || link(other).state == Link::State::closed) << "two links at a time";
    target = Link{Link::State::opening, ++last_life_, std::string(open->host), {}, false, false};
    opened.emplace_back(now, std::string(open->host) + ":" + std::to_string(open->port) + (open->tls ? " tls" : ""));
    if (open->host == dead_host) {
      queue_closed(open->leg, LinkEnd::refused);
    } else if (open_fails_with != LinkEnd::closed_by_us) {
      queue_closed(open->leg, open_fails_with);
    } else {
      queue_.push_back({open->leg, target.life, Pending::What::opened, {}, {}, 0});
    }
  } else if (const auto* send = std::get_if<SendBytes>(&action)) {
    Link& target = link(send->leg);
    EXPECT_TRUE(target.state == Link::State::open || target.lost) << "bytes on a link that the device does not have";
    if (target.lost) return;
    target.sent += text_of(send->bytes);
    if (send->leg == Leg::bootstrap) https_writes.emplace_back(text_of(send->bytes));
    all_sent[static_cast<std::size_t>(send->leg)] += text_of(send->bytes);
    platform_reads(send->leg);
  } else if (const auto* close = std::get_if<CloseLink>(&action)) {
    queue_closed(close->leg, LinkEnd::closed_by_us);
  } else if (const auto* abort = std::get_if<AbortLink>(&action)) {
    Link& target = link(abort->leg);
    EXPECT_NE(target.state, Link::State::closed) << "there is no link to abort";
    ++aborts;
    target.dead = false;  // an abort is local: even a silent peer cannot hold it up
    queue_closed(abort->leg, LinkEnd::closed_by_us);
  } else if (const auto* write = std::get_if<WriteSlot>(&action)) {
    EXPECT_EQ(write->bytes.size(), limits::endpoint_slot_bytes);
    ++flash_writes;
    queue_.push_back({std::nullopt, 0, Pending::What::written, Bytes(write->bytes.begin(), write->bytes.end()), {}, write->slot});
  } else if (const auto* part = std::get_if<WriteImage>(&action)) {
    if (part->offset == 0) flash_image.clear();
    EXPECT_EQ(part->offset, flash_image.size()) << "parts come in order";
    flash_image += text_of(part->bytes);
    queue_.push_back({std::nullopt, 0, Pending::What::image_written, {}, {}, 0});
  } else if (const auto* restart = std::get_if<RestartInto>(&action)) {
    restarted_into.emplace_back(restart->version);
    queue_.push_back({std::nullopt, 0, Pending::What::restarted, {}, {}, 0});
  } else if (const auto* report = std::get_if<Report>(&action)) {
    const Event& event = report->event;
    events.push_back(text_of_event(event));
    if (event.kind == EventKind::retry_scheduled) delays.push_back(event.delay);
    if (event.kind == EventKind::connected) post_is_due_ = true;
    if (event.kind == EventKind::property_replied) {
      replied_at = link(Leg::mqtt).host;
      if (plays_application) platform.distribute();
      if (plays_application && platform.placement == TinyPlatform::Placement::handover) from_platform(platform.notify());
    }
  }
}

void DeviceWorld::queue_received(Leg leg, const Bytes& bytes) {
  queue_.push_back({leg, link(leg).life, Pending::What::received, bytes, {}, 0});
}

void DeviceWorld::queue_closed(Leg leg, LinkEnd end) {
  Link& target = link(leg);
  if (target.state == Link::State::closed) return;
  target.state = Link::State::closing;
  std::erase_if(queue_, [&](const Pending& p) { return p.leg == leg; });  // the shell says nothing more but the end
  queue_.push_back({leg, target.life, Pending::What::closed, {}, end, 0});
}

void DeviceWorld::deliver_next() {
  Pending input = std::move(queue_.front());
  queue_.pop_front();
  const std::size_t number = inputs_given++;
  if (fault.kind != FaultKind::none && fault.at == number) {
    strike(input);
  } else {
    deliver(input);
  }
}

void DeviceWorld::strike(Pending& input) {
  const FaultKind kind = std::exchange(fault.kind, FaultKind::none);
  switch (kind) {
    case FaultKind::none:
      return;
    case FaultKind::lose_link:
      if (!input.leg) return deliver(input);
      return deliver({input.leg, input.life, Pending::What::closed, {}, LinkEnd::reset, 0});
    case FaultKind::silence:
      if (input.what == Pending::What::restarted) return deliver(input);
      if (!input.leg) return;  // a flash driver that never says that it is done
      link(*input.leg).dead = true;
      return;
    case FaultKind::power_cut:
      return cut_power();
    case FaultKind::torn_write:
      if (input.what == Pending::What::written) {
        Bytes& slot = flash[input.slot];
        slot.assign(limits::endpoint_slot_bytes, 0xff);
        std::copy_n(input.bytes.begin(), erased_after_cut, slot.begin());
      }
      return cut_power();
    case FaultKind::failed_write:
      if (input.what == Pending::What::image_written) return give(ImageWritten{false});
      if (input.what != Pending::What::written) return deliver(input);
      return give(SlotWritten{input.slot, false});
  }
}

void DeviceWorld::deliver(const Pending& input) {
  if (input.what == Pending::What::written) {
    flash[input.slot] = input.bytes;
    return give(SlotWritten{input.slot, true});
  }
  if (input.what == Pending::What::image_written) return give(ImageWritten{image_writes_succeed});
  if (input.what == Pending::What::restarted) {
    config = after_upgrade(config, restarted_into.back());
    return restart();
  }
  Link& target = link(*input.leg);
  if (target.life != input.life || target.dead) return;
  if (input.what == Pending::What::opened) {
    target.state = Link::State::open;
    return give(LinkOpened{*input.leg});
  }
  if (input.what == Pending::What::closed) {
    std::erase_if(queue_, [&](const Pending& p) { return p.leg == input.leg; });
    target.state = Link::State::closed;
    return give(LinkClosed{*input.leg, input.end});
  }
  const ByteView bytes(input.bytes);
  if (byte_by_byte) {
    for (const std::uint8_t& byte : bytes) give(LinkReceived{*input.leg, {&byte, 1}});
  } else if (cut_received_at > 0 && cut_received_at < bytes.size()) {
    const Bytes head(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut_received_at));  // a copy: ASan sees kept views
    give(LinkReceived{*input.leg, head});
    give(LinkReceived{*input.leg, bytes.subspan(cut_received_at)});
  } else {
    give(LinkReceived{*input.leg, bytes});
  }
}

void DeviceWorld::platform_reads(Leg leg) {
  Link& from = link(leg);
  if (leg == Leg::bootstrap) {
    const std::string answer = platform.answer_http(from.sent);
    if (!answer.empty()) {
      from.sent.clear();
      queue_received(leg, Bytes(answer.begin(), answer.end()));
      if (closes_https_after_answer) queue_.push_back({leg, from.life, Pending::What::closed, {}, LinkEnd::closed_by_peer, 0});
    }
    return;
  }
  for (;;) {
    const ByteView sent = bytes_of(from.sent);
    std::size_t head = 1;
    std::size_t size = 0;
    for (std::size_t shift = 0; head < sent.size() && head < 5; shift += 7) {
      size |= static_cast<std::size_t>(sent[head] & 0x7fU) << shift;
      if ((sent[head++] & 0x80U) == 0) break;
    }
    if (sent.size() < 2 || sent.size() < head + size) return;
    Bytes together;  // as a server would write them, in one piece
    for (const Bytes& answer : platform.answer_mqtt(from.host, sent.first(head + size)))
      together.insert(together.end(), answer.begin(), answer.end());
    from.sent.erase(0, head + size);
    if (!together.empty()) queue_received(leg, together);
  }
}

void DeviceWorld::play_the_application() {
  if (!plays_application || !post_is_due_) return;
  post_is_due_ = false;
  give(PostProperty{R"({"temperature":21.5})", ++last_token_});
}

}  // namespace fleetsim::device::testing
