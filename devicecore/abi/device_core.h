/* How a firmware core of your own is examined: build it as a shared library that has the five functions at the end of this file, and give
 * it to `fleetsim conform --dut core:LIB.so`. README.md beside this file goes through it in ten steps; example/ is a whole core in C.
 *
 * The exam is the board: it has the links, the flash, the clock and the power. The core is sans I/O: it opens no socket, reads no clock,
 * starts no thread and has no global that changes. It is given one input at a time, and answers with outputs:
 *
 *     link opened, bytes, link closed, deadline, power, publish  ->  device_core_step()  ->  open, send, close, write flash, log, event
 *
 * The order of calls:
 *
 *     create, step(POWER_ON), then step(...) and deadline() in turn, destroy
 *
 * Each time the device gets power there is a core of its own: nothing but the flash survives. A power cut is destroy() without a word.
 *
 * Rules for all of it:
 *   - C11 and C++ compile this file. Nothing in it allocates, and no memory ever changes its owner.
 *   - Time is in microseconds since the exam's own beginning, never goes back, and is always given; it is simulated: an hour passes in a
 *     millisecond. It does not begin at 0 when the device gets power.
 *   - Texts and bytes are a pointer and a length, and end in no 0. What the exam lends is lent for the call, but for what the settings say
 *     of themselves. What the core lends in its outputs must stay as it is until the next call for that core.
 *   - Cores are called from any thread, but one core never from two at once. Several cores live at the same time.
 *   - Zeroed memory is a good beginning: in each struct 0 means what its comment says, mostly "none" or "does not apply".
 *   - Errors of the network are inputs, and what a core does about them is what the exam looks at. A core that breaks a rule of this file
 *     is stopped, and what was being examined is inconclusive, with the rule told. A core that crashes takes the exam with it, for it
 *     lives in the same process: run it in a debugger (`--threads 1 --requirement ID`). One that does not return from a call within 10 s
 * ends it with exit code 3.
 *
 * Versions: DEVICE_CORE_ABI_VERSION changes when old cores cannot be run any more, and then the exam refuses them. Smaller changes only
 * add: a struct grows at its end, a new kind is a new number. Each side says in struct_size how much of a struct it knows, and looks at
 * nothing behind it; an input of a kind that a core does not know is to be left unanswered.
 */
#ifndef FLEETSIM_DEVICE_CORE_H
#define FLEETSIM_DEVICE_CORE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DEVICE_CORE_ABI_VERSION 1u

/* No deadline. */
#define DEVICE_CORE_NEVER INT64_MAX

/* How many outputs one step may have, and how many bytes one of them. */
#define DEVICE_CORE_OUTPUTS_MAX 32u
#define DEVICE_CORE_OUTPUT_BYTES_MAX 262144u

/* How many steps within one second a core may bring about by itself: by deadlines, links that it opens, flash and images that it writes,
 * and restarts. More is a core that spins, and it is stopped. */
#define DEVICE_CORE_STEPS_PER_SECOND_MAX 10000u

/* How long a core has from POWER_OFF to its event POWERED_OFF, in microseconds. Then it is off in any case. */
#define DEVICE_CORE_POWER_OFF_PATIENCE_US 30000000

#if defined(__GNUC__)
#define DEVICE_CORE_EXPORT __attribute__((visibility("default")))
#else
#define DEVICE_CORE_EXPORT
#endif

/* Yours: what is in it nobody else knows. */
typedef struct device_core device_core;

/* size 0: nothing; data is then not looked at. */
typedef struct device_core_text {
  const char* data;
  size_t size;
} device_core_text;

typedef struct device_core_bytes {
  const uint8_t* data;
  size_t size;
} device_core_bytes;

/* The two links that a device may have. At most one of each at a time; the exam does not mind both at once. */
enum device_core_leg {
  DEVICE_CORE_LEG_BOOTSTRAP = 0, /* HTTP: the request to the global endpoint, and the download of a firmware image */
  DEVICE_CORE_LEG_MQTT = 1
};

/* How a link ended, or why it never came up. */
enum device_core_link_end {
  DEVICE_CORE_END_CLOSED_BY_US = 0,   /* the CLOSE_LINK or ABORT_LINK that was asked for is done */
  DEVICE_CORE_END_CLOSED_BY_PEER = 1, /* an end of stream, in order */
  DEVICE_CORE_END_RESET = 2,
  DEVICE_CORE_END_REFUSED = 3,     /* nobody listens there */
  DEVICE_CORE_END_UNREACHABLE = 4, /* no way there, or nobody answered for so long that the board gave up */
  DEVICE_CORE_END_NAME_UNKNOWN = 5,
  DEVICE_CORE_END_TLS_FAILED = 6,   /* handshake or certificate: the board judges both */
  DEVICE_CORE_END_NO_RESOURCES = 7, /* of the board: not the peer's fault */
  DEVICE_CORE_LINK_ENDS = 8         /* how many there are */
};

/* --- settings: what is burned in ----------------------------------------------------------------------------------------------------- */

/* One slot of the flash as it is found. Slots are written whole and apart: a power cut within a write spoils that slot only. */
typedef device_core_bytes device_core_flash_slot; /* size 0: never written, or erased; else what was written, torn perhaps */

/* Lent until destroy() returns, with all that it points to, but for the flash, which is lent for create(). */
typedef struct device_core_settings {
  uint32_t struct_size; /* sizeof as the exam knows it */

  device_core_text product_key;
  device_core_text device_name;
  device_core_text device_secret; /* to sign with; never to be sent or logged */

  device_core_text bootstrap_host; /* the global endpoint */
  uint32_t bootstrap_port;         /* 1 to 65535 */
  uint32_t bootstrap_tls;          /* 1: to be opened with TLS; 0: without */
  uint32_t mqtt_tls;               /* likewise, for whatever endpoint the bootstrap names */

  uint32_t keep_alive_s;             /* what CONNECT should ask for; 0: as you like */
  device_core_text firmware_version; /* what it runs: for its client id, and for whoever upgrades it; may be empty */
  int64_t unix_epoch_ms;             /* Unix time in milliseconds at time 0; 0: this board knows no wall clock */

  const device_core_flash_slot* flash; /* flash_slots of them */
  uint32_t flash_slots;                /* 3 on the exam's board */
  uint32_t flash_slot_bytes;           /* how much one holds; 160 on the exam's board */
} device_core_settings;

/* --- inputs -------------------------------------------------------------------------------------------------------------------------- */

enum device_core_input_kind {
  DEVICE_CORE_POWER_ON = 1, /* the first step, once: begin */
  /* To be switched off in order: say DISCONNECT, close what is open, and when all of that is done tell POWERED_OFF. Nothing else comes
   * but what follows from that; a second POWER_OFF never. */
  DEVICE_CORE_POWER_OFF = 2,
  DEVICE_CORE_LINK_OPENED = 3,   /* leg: bytes may be sent; with TLS the handshake is over, and the certificate was right */
  DEVICE_CORE_LINK_RECEIVED = 4, /* leg, bytes (at least one): a piece of the stream, cut anywhere */
  /* leg, link_end: exactly once for each OPEN_LINK, also for one that was closed or aborted or never opened. Nothing comes of this link
   * afterwards, and only now it may be opened again. */
  DEVICE_CORE_LINK_CLOSED = 5,
  DEVICE_CORE_FLASH_WRITTEN = 6, /* slot, ok: once for each WRITE_FLASH; never when the power was cut */
  DEVICE_CORE_DEADLINE = 7,      /* the time that deadline() named is there, or has just passed */
  /* topic, bytes, qos, token: the application publishes. It does so only between the events ONLINE and the end of that link, and awaits
   * PUBLISHED, PUBLISH_ACKNOWLEDGED (of qos 1) or PUBLISH_REJECTED. */
  DEVICE_CORE_PUBLISH = 8,
  DEVICE_CORE_IMAGE_WRITTEN = 9 /* ok: once for each WRITE_IMAGE; never when the power was cut */
};

typedef struct device_core_input {
  uint32_t struct_size; /* sizeof as the exam knows it */
  uint32_t kind;        /* of device_core_input_kind: never 0 */
  int64_t now;          /* microseconds */
  uint32_t random;   /* 32 bits of chance, fresh with each step and others for each device: of this, and nothing else, back-off is made */
  uint32_t leg;      /* of device_core_leg */
  uint32_t link_end; /* of device_core_link_end */
  uint32_t slot;     /* from 0 */
  uint32_t ok;       /* 1: the slot, or the image, now holds what it should; 0: nobody knows what it holds */
  uint32_t qos;      /* 0 or 1 */
  uint32_t token;    /* by which the application knows its message: never 0 */
  uint32_t reserved; /* 0 */
  device_core_text topic;
  device_core_bytes bytes;
  /* Unix time in milliseconds by this board's clock, which somebody may have set, forwards or back, or never: nothing to measure waits by.
   * 0: this board knows no wall clock. Not there for a core of before it was added: struct_size says so. */
  int64_t clock_ms;
} device_core_input;

/* --- outputs: carried out in their order, after the step -------------------------------------------------------------------------------
 */

enum device_core_output_kind {
  DEVICE_CORE_OPEN_LINK = 1, /* leg, host, port, tls; the leg must have no link. LINK_OPENED or LINK_CLOSED follows, later. */
  DEVICE_CORE_SEND = 2,      /* leg, bytes; the link must be open. All of them are taken. */
  /* leg: in order, once everything that was sent is out. LINK_CLOSED follows. Of a leg without a link: nothing. */
  DEVICE_CORE_CLOSE_LINK = 3,
  DEVICE_CORE_ABORT_LINK = 4,  /* leg: at once, also one that is still opening. Likewise. */
  DEVICE_CORE_WRITE_FLASH = 5, /* slot, bytes (1 to flash_slot_bytes). FLASH_WRITTEN follows; until then no other write to that slot. */
  DEVICE_CORE_LOG = 6,   /* text: a line on the serial port, without its end. Never a secret. Shown where the exam tells of trouble. */
  DEVICE_CORE_EVENT = 7, /* event, and what that says */
  /* offset, image_size, bytes (at least one): a part of a new firmware; the one at offset 0 begins it. IMAGE_WRITTEN follows; until then
   * no other. */
  DEVICE_CORE_WRITE_IMAGE = 8,
  /* text (1 to 64 bytes): the image that was written is whole and right, boot it; that is its version. There must be no link any more.
   * destroy() follows, and create() with that version. */
  DEVICE_CORE_RESTART = 9
};

/* What the application and the timeline are told. Nobody is judged by it: evidence is only what was on the wire. */
enum device_core_event {
  /* CONNACK has accepted the device; host, port: where. From here on the application may publish: a core that never tells it is not
   * examined in what needs messages of its own. */
  DEVICE_CORE_EVENT_ONLINE = 1,
  DEVICE_CORE_EVENT_NOTIFIED = 2,             /* text: the id of a notify; code: its command */
  DEVICE_CORE_EVENT_ENDPOINT = 3,             /* host, port: what the bootstrap answered */
  DEVICE_CORE_EVENT_REFUSED = 4,              /* code: the return code of a CONNACK that was not 0 */
  DEVICE_CORE_EVENT_RETRY = 5,                /* delay: the wait that begins, in microseconds */
  DEVICE_CORE_EVENT_PUBLISHED = 6,            /* token: handed to the link for the first time */
  DEVICE_CORE_EVENT_PUBLISH_ACKNOWLEDGED = 7, /* token: its PUBACK is there */
  DEVICE_CORE_EVENT_PUBLISH_REJECTED = 8,     /* token: it was not sent and will not be; code 0: no room now, 1: never, it is too large */
  DEVICE_CORE_EVENT_POWERED_OFF = 9           /* once, after POWER_OFF; destroy() follows */
};

typedef struct device_core_output {
  uint32_t kind; /* of device_core_output_kind; 0 is an error, so that a forgotten one is found */
  uint32_t leg;
  uint32_t port; /* 1 to 65535 */
  uint32_t tls;  /* 1: with TLS, whose name is host; 0: without */
  uint32_t slot;
  uint32_t event; /* of device_core_event */
  uint32_t token;
  int32_t code;
  int64_t delay;         /* microseconds */
  uint32_t offset;       /* in an image: of the first of the bytes */
  uint32_t image_size;   /* of the whole image */
  device_core_text host; /* a name or an IP address, 1 to 255 bytes */
  device_core_text text;
  device_core_bytes bytes;
} device_core_output;

/* Filled in by the core. The exam hands it in zeroed, with struct_size set. */
typedef struct device_core_result {
  uint32_t struct_size;              /* sizeof as the exam knows it */
  uint32_t output_size;              /* sizeof(device_core_output) as the core knows it; 0 only when there are no outputs */
  const device_core_output* outputs; /* the core's memory, and so is all that they point to: as it is until the next call for this core */
  uint32_t outputs_count;            /* 0: nothing is to be done */
  uint32_t reserved;                 /* 0 */
  /* Of LINK_RECEIVED: how many bytes from the end were not taken, for want of room; they are given again at once, once the outputs are
   * carried out. 0: all were taken. A core that takes none at all four times in a row is stopped. */
  size_t bytes_left;
} device_core_result;

/* --- what a core has ------------------------------------------------------------------------------------------------------------------ */

/* DEVICE_CORE_ABI_VERSION as it was when the core was compiled. Called before anything else. */
DEVICE_CORE_EXPORT uint32_t device_core_abi_version(void);

/* The device has got power. NULL: it cannot be made (memory, a secret it cannot use, a flash that is too small); `why` then says so, in
 * memory that stays. `why` is never NULL. Nothing is done yet: the outputs come with step(POWER_ON). */
DEVICE_CORE_EXPORT device_core* device_core_create(const device_core_settings* settings, device_core_text* why);

/* One input. `core`, `input` and `result` are never NULL. */
DEVICE_CORE_EXPORT void device_core_step(device_core* core, const device_core_input* input, device_core_result* result);

/* When step(DEADLINE) is wanted, in microseconds on the clock of `now`; DEVICE_CORE_NEVER: only when something else happens. Asked after
 * each step. A time that has passed is due at once; one that stays in the past for ever is a core that spins. */
DEVICE_CORE_EXPORT int64_t device_core_deadline(const device_core* core);

/* The power is gone, in order or not. Everything that the core holds is to be given back. `core` is never NULL. */
DEVICE_CORE_EXPORT void device_core_destroy(device_core* core);

#ifdef __cplusplus
}
#endif

#endif
