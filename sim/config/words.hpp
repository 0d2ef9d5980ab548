// The forms that names must have in a configuration: small pure checks shared by the readers.
//
//   if (!is_country_code("DE")) ...
#pragma once

#include <string_view>

namespace fleetsim::sim {

/// A letter or digit first, then letters, digits, - and _; at most 64 bytes. Groups, accounts, regions, instances.
bool is_plain_id(std::string_view text);
/// Letters and digits, 1..32: what devices accept, which is stricter than the platform.
bool is_product_key(std::string_view text);
/// Two capital letters.
bool is_country_code(std::string_view text);

}  // namespace fleetsim::sim
