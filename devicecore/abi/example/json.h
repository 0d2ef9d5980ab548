/* Reads JSON where it lies (RFC 8259), without memory of its own. A text is looked through as a whole once; then members are found in it.
 *
 *     struct json_value root, host;
 *     if (json_parse(body, &root) && json_find(root, "data", &host) && json_find(host, "host", &host)) use(json_string(host));
 */
#ifndef EXAMPLE_JSON_H
#define EXAMPLE_JSON_H

#include "device_core.h"

enum json_kind { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_NUMBER, JSON_WORD /* true, false, null */ };

struct json_value {
  enum json_kind kind;
  device_core_text text; /* as it stands there: of a string with its quotes */
};

/* 0: it is no JSON, or nested deeper than this reader goes (32). */
int json_parse(device_core_text text, struct json_value* root);
/* The first member of that name, of an object; 0: there is none, or `object` is no object. `value` may be where `object` came from. */
int json_find(struct json_value object, const char* name, struct json_value* value);
/* What is between the quotes, escapes as they stand. */
device_core_text json_string(struct json_value value);

#endif
