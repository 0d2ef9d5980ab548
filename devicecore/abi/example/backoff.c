#include "backoff.h"

int64_t backoff_delay(unsigned* attempts, uint32_t random) {
  int64_t ceiling = BACKOFF_FLOOR_US;
  if (*attempts < 32) ++*attempts;
  for (unsigned i = 0; i < *attempts && ceiling < BACKOFF_CAP_US; ++i) ceiling *= 2;
  if (ceiling > BACKOFF_CAP_US) ceiling = BACKOFF_CAP_US;
  const uint64_t range = (uint64_t)(ceiling - BACKOFF_FLOOR_US) + 1;
  return BACKOFF_FLOOR_US + (int64_t)((range * random) >> 32);
}
