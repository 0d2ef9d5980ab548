// The bootstrap endpoint's answers, done wrong on demand (core/misbehaviour).
#include <charconv>

#include "platform-mock/core/bootstrap.hpp"
#include "platform-mock/core/http/form.hpp"

namespace fleetsim::platform {
namespace {

using misbehaviour::BootstrapAnswer;

constexpr std::string_view auth_path = "/auth/";

/// Host and port of the right answer, which is our own and compact; the view is into `body`.
void read_endpoint(std::string_view body, BootstrapAnswer& answer) {
  constexpr std::string_view host_mark = R"("host":")";
  constexpr std::string_view port_mark = R"(","port":)";
  const std::size_t host = body.find(host_mark);
  const std::size_t port = body.find(port_mark);
  if (host == std::string_view::npos || port == std::string_view::npos) return;
  const std::string_view digits = body.substr(port + port_mark.size());
  if (std::from_chars(digits.data(), digits.data() + digits.size(), answer.port).ec != std::errc{}) return;
  answer.host = body.substr(host + host_mark.size(), port - host - host_mark.size());
}

}  // namespace

HttpAnswer BootstrapService::answer_on_demand(const HttpRequest& request, const IpAddress& peer, const misbehaviour::Moment& moment) {
  const HttpAnswer right = answer(request, peer, moment.output);
  const bool may_misbehave = misbehaviour_ != nullptr && misbehaviour_->busy<BootstrapAnswer>();
  HttpAnswer said = may_misbehave ? misbehave(request, right, peer, moment) : right;
  said.last = said.last || closing_;
  return said;
}

/// The instance that an answer from before its last move would name.
std::optional<InstanceIndex> BootstrapService::being_left(DeviceIndex device) const {
  const auto* const handover = std::get_if<Handover>(&registry_.device(device).placement);
  return handover == nullptr ? registry_.former_instance(device) : handover->source;
}

HttpAnswer BootstrapService::misbehave(const HttpRequest& request, const HttpAnswer& right, const IpAddress& peer,
                                       const misbehaviour::Moment& moment) {
  if (!request.path().starts_with(auth_path)) return right;
  FormField<product_key_bytes_max> product_key;
  FormField<device_name_bytes_max> device_name;
  product_key.read(request.body, "productKey");
  device_name.read(request.body, "deviceName");
  misbehaviour::Subject subject{.device = registry_.find_device(product_key.view(), device_name.view()),
                                .job = {},
                                .endpoint = misbehaviour::bootstrap_endpoint,
                                .region = {},
                                .peer = peer};
  std::string old_host;
  wrong_answer_ = {.status = right.status, .body = std::string{right.body}, .more_headers = std::string{right.more_headers}};
  read_endpoint(right.body, wrong_answer_);
  const auto left = subject.device ? being_left(*subject.device) : std::nullopt;
  const AdvertisedEndpoint* const old = left ? endpoint_of(*left) : nullptr;
  if (old != nullptr) {
    write_host(old_host, *old, product_key.view());
    wrong_answer_.old_host = old_host;
    wrong_answer_.old_port = old->port;
  }
  if (!misbehaviour_->act(wrong_answer_, subject, moment)) return right;
  delivery_ = wrong_answer_.delivery;
  HttpAnswer wrong = right;
  wrong.status = wrong_answer_.status;
  wrong.body = wrong_answer_.body;
  wrong.more_headers = wrong_answer_.more_headers;
  wrong.form = wrong_answer_.form;
  if (wrong.form == HttpForm::http_1_0) wrong.last = true;
  return wrong;
}

}  // namespace fleetsim::platform
