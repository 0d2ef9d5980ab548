// A value or an error, for code without exceptions. std::expected is C++23; this is the part of it we use.
//
//   Result<Identity, IdentityError> parsed = Identity::parse(pk, dn, secret);
//   if (!parsed) return parsed.error();
//   use(*parsed);
#pragma once

#include <utility>
#include <variant>

namespace fleetsim {

template <class Error>
struct Unexpected {
  Error error;
};

template <class Error>
constexpr Unexpected<Error> fail(Error error) {
  return Unexpected<Error>{std::move(error)};
}

template <class Value, class Error>
class Result {
 public:
  constexpr Result(Value value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  constexpr Result(Unexpected<Error> failure)                                          // NOLINT(google-explicit-constructor)
      : state_(std::in_place_index<1>, std::move(failure.error)) {}

  constexpr bool ok() const { return state_.index() == 0; }
  constexpr explicit operator bool() const { return ok(); }

  /// Precondition: ok().
  constexpr Value& operator*() { return *std::get_if<0>(&state_); }
  constexpr const Value& operator*() const { return *std::get_if<0>(&state_); }
  constexpr Value* operator->() { return std::get_if<0>(&state_); }
  constexpr const Value* operator->() const { return std::get_if<0>(&state_); }

  /// Precondition: !ok().
  constexpr const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<Value, Error> state_;
};

}  // namespace fleetsim
