// Boost.Asio's own code, compiled once for everybody: every other file then sees declarations only.
#include <boost/asio/impl/src.hpp>
