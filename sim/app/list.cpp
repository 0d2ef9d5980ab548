// `fleetsim list [PART]`.
#include <cstdio>

#include "sim/app/list_text.hpp"
#include "sim/app/verbs.hpp"

namespace fleetsim::sim {

int list_verb(const ListVerb& verb) {
  std::fputs(list_text(verb.what).c_str(), stdout);
  return 0;
}

}  // namespace fleetsim::sim
