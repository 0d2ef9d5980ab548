// The program's memory lies in huge pages where the system has them for who asks (transparent_hugepage: madvise). A million devices are
// walked in no order of their addresses: with pages of 4 KB every step is a walk through the page table as well. jemalloc does it for small
// blocks too (malloc_conf); where the program is built without it, large blocks do it here. Sanitizers bring allocators of their own, so
// their builds are without this file.
#include <cstddef>
#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace {

constexpr std::size_t huge_page_bytes = std::size_t{2} * 1024 * 1024;

void* large_block(std::size_t bytes) noexcept {
  const std::size_t pages = (bytes + huge_page_bytes - 1) / huge_page_bytes;
  void* const block = std::aligned_alloc(huge_page_bytes, pages * huge_page_bytes);
  if (block != nullptr) ::madvise(block, pages * huge_page_bytes, MADV_HUGEPAGE);  // a system without them refuses: no harm done
  return block;
}

}  // namespace

// jemalloc's settings, by the name under which it looks for them.
extern "C" const char* const malloc_conf = "thp:always,metadata_thp:always";

void* operator new(std::size_t bytes) {
  for (;;) {
    void* const block = bytes >= huge_page_bytes ? large_block(bytes) : std::malloc(bytes == 0 ? 1 : bytes);
    if (block != nullptr) return block;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

// Both kinds of blocks are malloc's.
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
