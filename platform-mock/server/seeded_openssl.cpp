#include "platform-mock/server/seeded_openssl.hpp"

#include <array>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

namespace fleetsim::platform {
namespace {

constexpr const char* generator_name = "FLEETSIM-SEEDED";
constexpr std::size_t request_bytes_max = std::size_t{64} * 1024;
constexpr unsigned strength_bits = 256;

thread_local RandomBytes* scope_of_thread = nullptr;

// What OpenSSL calls a generator. None has a state of its own: all draw from the scope.

void* generator_new(void* provider, void*, const OSSL_DISPATCH*) { return provider; }
void generator_free(void*) {}
int generator_start(void*, unsigned, int, const unsigned char*, std::size_t, const OSSL_PARAM*) { return 1; }
int generator_stop(void*) { return 1; }
int generator_lock(void*) { return 1; }
void generator_unlock(void*) {}

int generator_fill(void*, unsigned char* out, std::size_t bytes, unsigned, int, const unsigned char*, std::size_t) {
  return fill_from_scope({out, bytes}) ? 1 : 0;
}

const OSSL_PARAM* generator_knows(void*, void*) {
  static const std::array<OSSL_PARAM, 4> known = {
      OSSL_PARAM{OSSL_RAND_PARAM_STATE, OSSL_PARAM_INTEGER, nullptr, sizeof(int), 0},
      OSSL_PARAM{OSSL_RAND_PARAM_STRENGTH, OSSL_PARAM_UNSIGNED_INTEGER, nullptr, sizeof(unsigned), 0},
      OSSL_PARAM{OSSL_RAND_PARAM_MAX_REQUEST, OSSL_PARAM_UNSIGNED_INTEGER, nullptr, sizeof(std::size_t), 0},
      OSSL_PARAM{nullptr, 0, nullptr, 0, 0}};
  return known.data();
}

int generator_says(void*, OSSL_PARAM* wanted) {
  OSSL_PARAM* const state = OSSL_PARAM_locate(wanted, OSSL_RAND_PARAM_STATE);
  if (state != nullptr && OSSL_PARAM_set_int(state, EVP_RAND_STATE_READY) != 1) return 0;
  OSSL_PARAM* const strength = OSSL_PARAM_locate(wanted, OSSL_RAND_PARAM_STRENGTH);
  if (strength != nullptr && OSSL_PARAM_set_uint(strength, strength_bits) != 1) return 0;
  OSSL_PARAM* const most = OSSL_PARAM_locate(wanted, OSSL_RAND_PARAM_MAX_REQUEST);
  return most == nullptr || OSSL_PARAM_set_size_t(most, request_bytes_max) == 1 ? 1 : 0;
}

using AnyFunction = void (*)();

template <class Function>
OSSL_DISPATCH entry(int number, Function function) {
  return {number, reinterpret_cast<AnyFunction>(function)};
}

const OSSL_ALGORITHM* algorithms(void*, int operation, int* may_not_be_kept) {
  static const std::array<OSSL_DISPATCH, 11> functions = {entry(OSSL_FUNC_RAND_NEWCTX, &generator_new),
                                                          entry(OSSL_FUNC_RAND_FREECTX, &generator_free),
                                                          entry(OSSL_FUNC_RAND_INSTANTIATE, &generator_start),
                                                          entry(OSSL_FUNC_RAND_UNINSTANTIATE, &generator_stop),
                                                          entry(OSSL_FUNC_RAND_GENERATE, &generator_fill),
                                                          entry(OSSL_FUNC_RAND_ENABLE_LOCKING, &generator_lock),
                                                          entry(OSSL_FUNC_RAND_LOCK, &generator_lock),
                                                          entry(OSSL_FUNC_RAND_UNLOCK, &generator_unlock),
                                                          entry(OSSL_FUNC_RAND_GETTABLE_CTX_PARAMS, &generator_knows),
                                                          entry(OSSL_FUNC_RAND_GET_CTX_PARAMS, &generator_says),
                                                          OSSL_DISPATCH{0, nullptr}};
  static const std::array<OSSL_ALGORITHM, 2> generators = {
      OSSL_ALGORITHM{generator_name, "provider=fleetsim", functions.data(), "draws from the scope of the calling thread"},
      OSSL_ALGORITHM{nullptr, nullptr, nullptr, nullptr}};
  *may_not_be_kept = 0;
  return operation == OSSL_OP_RAND ? generators.data() : nullptr;
}

int begin_provider(const OSSL_CORE_HANDLE* handle, const OSSL_DISPATCH*, const OSSL_DISPATCH** out, void** provider) {
  static const std::array<OSSL_DISPATCH, 2> functions = {entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, &algorithms), OSSL_DISPATCH{0, nullptr}};
  static int anything = 0;
  *out = functions.data();
  *provider = &anything;  // a generator is told by its address, which must not be null
  return handle != nullptr ? 1 : 0;
}

OSSL_LIB_CTX* make_library() {
  OSSL_LIB_CTX* const made = OSSL_LIB_CTX_new();
  if (made == nullptr) return nullptr;
  const bool ready = OSSL_PROVIDER_add_builtin(made, "fleetsim", &begin_provider) == 1 && OSSL_PROVIDER_load(made, "default") != nullptr &&
                     OSSL_PROVIDER_load(made, "fleetsim") != nullptr && RAND_set_seed_source_type(made, generator_name, nullptr) == 1 &&
                     RAND_set_DRBG_type(made, generator_name, nullptr, nullptr, nullptr) == 1;
  if (ready) return made;
  OSSL_LIB_CTX_free(made);
  return nullptr;
}

}  // namespace

ossl_lib_ctx_st* seeded_openssl() {
  static OSSL_LIB_CTX* const library = make_library();  // threads keep generators of it until they end: it is never freed
  return library;
}

bool fill_from_scope(MutableBytes out) {
  if (scope_of_thread == nullptr) return false;
  scope_of_thread->fill(out);
  return true;
}

SeededScope::SeededScope(RandomBytes& random) : before_(scope_of_thread) { scope_of_thread = &random; }

SeededScope::~SeededScope() { scope_of_thread = before_; }

}  // namespace fleetsim::platform
