// Connections, by listener.
#include "platform-mock/server/metrics/families.hpp"

namespace fleetsim::platform {
namespace {

void by_listener(Family family, const ServerFigures& figures, std::uint64_t ListenerFigures::*figure) {
  for (const ListenerFigures& listener : figures.listeners)
    family.add({{"listener", listener.name}, {"region", listener.region}}, listener.*figure);
}

}  // namespace

void add_listener_metrics(Families& families, const ServerFigures& figures) {
  families.gauge("fleetsim_draining", "1 while the process ends: nobody new is served.").add({}, std::uint64_t{figures.draining ? 1U : 0U});
  by_listener(families.gauge("fleetsim_connections_open",
                             "Connections that are open, by listener: an instance's id, bootstrap, management, "
                             "metrics."),
              figures, &ListenerFigures::open);
  by_listener(families.counter("fleetsim_connections_accepted_total", "Connections accepted."), figures, &ListenerFigures::accepted);
  by_listener(families.counter("fleetsim_connections_refused_total",
                               "Connections cut before or below their protocol: PROXY header, TLS, too slow, too many."),
              figures, &ListenerFigures::refused);
}

}  // namespace fleetsim::platform
