// SPDX-License-Identifier: LGPL-2.1-or-later
// Result<T>: a value or an Error with a code to branch on and a sentence to show.
#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace omv {

/// What callers branch on. The message names the file, frame, field and value.
enum class Errc {
  truncated,    ///< the bytes end before the field, payload or packet does
  invalid,      ///< a field holds a value that its specification forbids
  unsupported,  ///< well formed, but not something this build reads or writes
  limit,        ///< a documented limit (size, memory, count) would be exceeded
  io,           ///< the operating system refused; the message holds its reason
  full,         ///< the operating system refused because the file system or the quota is full
  exists,       ///< there is a file of this name already
  timeout,      ///< the other side did not answer in time
  closed,       ///< the stream or connection is closed
  end,          ///< past the last frame
  busy,         ///< try again later; nothing is wrong
  again,        ///< more bytes are needed before this can be decided
  cancelled,    ///< the caller asked to stop waiting
  mode,         ///< reading a writer or writing a reader
};

/// Short name of a code, for logs and JSON ("truncated", "invalid", ...).
constexpr const char* to_string(Errc code) {
  switch (code) {
    case Errc::truncated: return "truncated";
    case Errc::invalid: return "invalid";
    case Errc::unsupported: return "unsupported";
    case Errc::limit: return "limit";
    case Errc::io: return "io";
    case Errc::full: return "full";
    case Errc::exists: return "exists";
    case Errc::timeout: return "timeout";
    case Errc::closed: return "closed";
    case Errc::end: return "end";
    case Errc::busy: return "busy";
    case Errc::again: return "again";
    case Errc::cancelled: return "cancelled";
    case Errc::mode: return "mode";
  }
  return "unknown";
}

struct Error {
  Errc code = Errc::invalid;
  std::string message;
};

/// Member names follow std::expected, which C++20 does not have.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // Implicit on purpose: `return value;` and `return Error{...};` both read well.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

  template <typename U>
  T value_or(U&& fallback) const& {
    return has_value() ? value() : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}

  bool has_value() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return has_value(); }
  const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace omv

#define OMV_CONCAT_INNER(a, b) a##b
#define OMV_CONCAT(a, b) OMV_CONCAT_INNER(a, b)

/// OMV_TRY(const auto header, read_header(in)): declares, or returns the error.
#define OMV_TRY(declaration, expression)                                                                     \
  auto OMV_CONCAT(omv_try_, __LINE__) = (expression);                                                        \
  if (!OMV_CONCAT(omv_try_, __LINE__).has_value()) return std::move(OMV_CONCAT(omv_try_, __LINE__)).error(); \
  declaration = *std::move(OMV_CONCAT(omv_try_, __LINE__))

/// OMV_CHECK(file.write(...)): returns the error of a Result<void>.
#define OMV_CHECK(expression)                                          \
  do {                                                                 \
    auto omv_check_ = (expression);                                    \
    if (!omv_check_.has_value()) return std::move(omv_check_).error(); \
  } while (false)
