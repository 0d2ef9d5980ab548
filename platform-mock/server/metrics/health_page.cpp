#include "platform-mock/server/metrics/health_page.hpp"

namespace fleetsim::platform {

HttpAnswer HealthPage::answer(const HttpCall& call) {
  if (call.request.path() != "/healthz") return {.status = 404, .body = R"({"code":404,"message":"no such path"})"};
  if (call.request.method != HttpMethod::get && call.request.method != HttpMethod::head)
    return {.status = 405, .body = R"({"code":405,"message":"method not allowed"})", .allow = "GET, HEAD"};
  const ServerFigures figures = figures_();
  const std::vector<HealthProblem> found = problems(figures);
  out_.begin();
  out_.member("status", found.empty() ? "ok" : (figures.draining ? "draining" : "not_well")).array("problems");
  for (const HealthProblem& problem : found) out_.item().member("what", problem.what).member("detail", problem.detail).end();
  out_.end().member("sessions_online", platform_.statistics().sessions_online);
  out_.member("connections_open", figures.statistics.connections_open);
  return {.status = static_cast<std::uint16_t>(found.empty() ? 200 : 503), .body = out_.finish(), .content_type = "application/json"};
}

std::vector<HealthProblem> HealthPage::problems(const ServerFigures& figures) const {
  std::vector<HealthProblem> found;
  if (figures.draining) found.push_back({"draining", "the process ends: nobody new is served"});
  for (const ListenerFigures& listener : figures.listeners)
    if (listener.out_of_descriptors)
      found.push_back({"file_descriptors", "listener " + listener.name + " accepts nobody: no file descriptors are free (ulimit -n)"});
  if (figures.statistics.connections_open >= connections_max_)
    found.push_back({"connections", std::to_string(connections_max_) + " connections are open, as many as limits.connections_max allows"});
  if (more_) more_(found);
  return found;
}

}  // namespace fleetsim::platform
