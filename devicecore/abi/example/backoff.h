/* How long to wait before another try: anything between the floor and a ceiling that doubles up to the cap. A fleet that lost its server
 * together must not come back together. */
#ifndef EXAMPLE_BACKOFF_H
#define EXAMPLE_BACKOFF_H

#include <stdint.h>

#define SECOND_US INT64_C(1000000)
#define BACKOFF_FLOOR_US SECOND_US
#define BACKOFF_CAP_US (120 * SECOND_US)

/* Counts the attempt, too. */
int64_t backoff_delay(unsigned* attempts, uint32_t random);

#endif
