#include "platform-mock/core/http/management_service.hpp"

#include "platform-mock/core/http/http_request_reader.hpp"

namespace fleetsim::platform {

/// Binds a request to its connection for the time of one call.
class ManagementService::CallHandler final : public HttpHandler {
 public:
  CallHandler(ManagementService& service, ManagementLink& link, ConnectionId id, Instant now, Output& output)
      : service_(service), link_(link), id_(id), now_(now), output_(output) {}

  HttpAnswer answer(const HttpRequest& request) override {
    ++service_.requests_;
    const Row* const row = service_.row_for(request.path());
    if (row == nullptr) {
      service_.note_answer({}, 404);
      return {.status = 404, .body = R"({"code":404,"message":"no such path"})"};
    }
    HttpAnswer answer = row->part->answer({request, id_, link_.peer, link_.tls, now_, output_});
    link_.promised_by = answer.later_until ? row->part : nullptr;
    link_.promised_prefix = row->prefix;
    if (!answer.later_until) service_.note_answer(row->prefix, answer.status);
    answer.last = answer.last || service_.closing_;
    return answer;
  }

 private:
  ManagementService& service_;
  ManagementLink& link_;
  ConnectionId id_;
  Instant now_;
  Output& output_;
};

ManagementService::ManagementService(const Limits& limits) : readers_(management_http_limits(limits)) {}

void ManagementService::add(std::string prefix, HttpPart& part) { parts_.push_back({std::move(prefix), &part}); }

HttpPart* ManagementService::part(std::string_view prefix) const {
  for (const Row& row : parts_)
    if (row.prefix == prefix) return row.part;
  return nullptr;
}

ManagementLink ManagementService::accept(const IpAddress& peer, bool tls, Instant now) {
  return {HttpConnection{now, readers_.limits()}, peer, tls, this};
}

const ManagementService::Row* ManagementService::row_for(std::string_view path) const {
  const Row* found = nullptr;
  for (const Row& row : parts_)
    if (path.starts_with(row.prefix) && (found == nullptr || row.prefix.size() > found->prefix.size())) found = &row;
  return found;
}

/// A handful of parts and statuses: a walk costs less than a table.
void ManagementService::note_answer(std::string_view part, std::uint16_t status) {
  for (Answered& one : answered_) {
    if (one.part.data() != part.data() || one.status != status) continue;
    ++one.count;
    return;
  }
  answered_.push_back({part, status, 1});
}

ManagementService::Step ManagementService::received(ManagementLink& link, ConnectionId id, ByteView bytes, Instant now, Output& output) {
  out_.clear();
  CallHandler handler(*this, link, id, now, output);
  const HttpFailure before = link.http.failure();
  link.http.receive(bytes, now, readers_, handler, out_);
  return finish(link, before, output);
}

ManagementService::Step ManagementService::expired(ManagementLink& link, ConnectionId id, Instant now, Output& output) {
  if (link.http.waiting()) return complete(link, id, link.promised_by->time_is_up(id, now), now, output);
  out_.clear();
  const HttpFailure before = link.http.failure();
  if (link.http.has_more()) {
    CallHandler handler(*this, link, id, now, output);
    link.http.go_on(now, readers_, handler, out_);
  } else {
    link.http.expire(readers_, out_);
  }
  return finish(link, before, output);
}

ManagementService::Step ManagementService::complete(ManagementLink& link, ConnectionId id, const HttpAnswer& answer, Instant now,
                                                    Output& output) {
  out_.clear();
  CallHandler handler(*this, link, id, now, output);
  const HttpFailure before = link.http.failure();
  note_answer(link.promised_prefix, answer.status);
  HttpAnswer said = answer;
  said.last = said.last || closing_;
  link.http.complete(said, now, readers_, handler, out_);
  return finish(link, before, output);
}

ManagementService::Step ManagementService::finish(const ManagementLink& link, HttpFailure before, Output& output) {
  if (link.http.failure() != before) {
    PlatformEvent event;
    event.kind = PlatformEventKind::protocol_violation;
    event.instance = "management";
    event.reason = describe(link.http.failure());
    event.peer = link.peer;
    output.event(event);
  }
  return {bytes_of(out_), link.http.finished()};
}

}  // namespace fleetsim::platform
