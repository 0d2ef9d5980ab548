#include "endpoint.h"

#include <string.h>

/* A record: "ECEP", sequence (4 bytes, the highest first), port (2), length of the host (1), the host, CRC-32 of all before it (4). */
#define HEAD_BYTES 11u
#define CHECKSUM_BYTES 4u

static const char magic[4] = {'E', 'C', 'E', 'P'};

static int is_host_character(char c, int is_ipv6) {
  const int is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  if (is_ipv6) return is_hex || c == ':' || c == '.';
  return is_hex || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '-' || c == '.' || c == '_';
}

int is_host(device_core_text host) {
  size_t colons = 0;
  if (host.size == 0 || host.size > HOST_BYTES_MAX || host.data[0] == '.' || host.data[0] == '-') return 0;
  for (size_t i = 0; i < host.size; ++i) colons += host.data[i] == ':';
  if (colons == 1) return 0; /* "host:port" is no host */
  for (size_t i = 0; i < host.size; ++i)
    if (!is_host_character(host.data[i], colons > 0)) return 0;
  return 1;
}

int endpoint_set(struct endpoint* endpoint, device_core_text host, uint32_t port) {
  if (!is_host(host) || port == 0 || port > 65535) return 0;
  memset(endpoint, 0, sizeof *endpoint);
  endpoint->port = (uint16_t)port;
  endpoint->host_size = (uint8_t)host.size;
  memcpy(endpoint->host, host.data, host.size);
  return 1;
}

int endpoint_equals(const struct endpoint* one, const struct endpoint* other) {
  return one->port == other->port && one->host_size == other->host_size && memcmp(one->host, other->host, one->host_size) == 0;
}

device_core_text endpoint_host(const struct endpoint* endpoint) { return text_of(endpoint->host, endpoint->host_size); }

/* IEEE 802.3. */
static uint32_t checksum(const uint8_t* data, size_t size) {
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < size; ++i) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

static void put_u32(struct text_writer* out, uint32_t value) {
  for (unsigned shift = 32; shift > 0; shift -= 8) put_byte(out, (value >> (shift - 8)) & 0xff);
}

static uint32_t get_u32(const uint8_t* data) {
  return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

static int decode(device_core_flash_slot slot, struct endpoint* endpoint, uint32_t* sequence) {
  if (slot.size < HEAD_BYTES + CHECKSUM_BYTES || memcmp(slot.data, magic, sizeof magic) != 0) return 0;
  const size_t host_size = slot.data[10];
  const size_t size = HEAD_BYTES + host_size;
  if (slot.size < size + CHECKSUM_BYTES || get_u32(slot.data + size) != checksum(slot.data, size)) return 0;
  *sequence = get_u32(slot.data + 4);
  return endpoint_set(endpoint, text_of((const char*)slot.data + HEAD_BYTES, host_size), (uint32_t)slot.data[8] << 8 | slot.data[9]);
}

void store_load(struct endpoint_store* store, const device_core_flash_slot* slots) {
  memset(store, 0, sizeof *store);
  store->newest = ENDPOINT_SLOTS;
  store->writing = ENDPOINT_SLOTS;
  for (uint32_t slot = 0; slot < ENDPOINT_SLOTS; ++slot) {
    struct endpoint found;
    uint32_t sequence = 0;
    if (!decode(slots[slot], &found, &sequence)) continue;
    /* Serial numbers: right across the wrap. */
    if (store->newest != ENDPOINT_SLOTS && (int32_t)(sequence - store->sequence) <= 0) continue;
    store->current = found;
    store->sequence = sequence;
    store->newest = slot;
    store->is_stored = 1;
  }
}

int store_adopt(struct endpoint_store* store, const struct endpoint* endpoint, struct text_writer* out) {
  if (endpoint_equals(endpoint, &store->current) && store->is_stored) return 0; /* flash wears */
  store->current = *endpoint;
  store->is_stored = 0;
  if (store_is_writing(store)) return 0; /* the next bootstrap stores it */
  put_bytes(out, magic, sizeof magic);
  put_u32(out, store->sequence + 1);
  put_byte(out, endpoint->port >> 8);
  put_byte(out, endpoint->port & 0xff);
  put_byte(out, endpoint->host_size);
  put_bytes(out, endpoint->host, endpoint->host_size);
  if (out->overflowed) return 0;
  put_u32(out, checksum(out->data, out->size));
  if (out->overflowed) return 0;
  store->writing = store->newest == 0 ? 1 : 0;
  store->is_stored = 1; /* once it is written; a failure takes it back, and so does another endpoint meanwhile */
  return 1;
}

int store_is_writing(const struct endpoint_store* store) { return store->writing != ENDPOINT_SLOTS; }

void store_written(struct endpoint_store* store, uint32_t slot, int ok) {
  if (slot != store->writing) return;
  store->writing = ENDPOINT_SLOTS;
  if (!ok) {
    store->is_stored = 0;
    return;
  }
  store->newest = slot;
  ++store->sequence;
}
