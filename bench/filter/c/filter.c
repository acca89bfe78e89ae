// What livefilter's filter does for each request, in C by hand and without an SDK: about the least that a proxy-wasm
// module can cost. One plugin, one worker; a stream's value is kept in a table that is never full. The plugin
// configuration is "plain" or "evict".

#include <stdint.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

IMPORT("env", "proxy_get_buffer_bytes")
uint32_t get_buffer(uint32_t type, uint32_t start, uint32_t most, const char **data, uint32_t *size);
IMPORT("env", "proxy_replace_header_map_value")
uint32_t replace_header(uint32_t map, const char *key, uint32_t key_size, const char *value, uint32_t value_size);
IMPORT("env", "proxy_get_header_map_value")
uint32_t get_header(uint32_t map, const char *key, uint32_t key_size, const char **data, uint32_t *size);
IMPORT("env", "proxy_get_shared_data")
uint32_t get_shared(const char *key, uint32_t key_size, const char **data, uint32_t *size, uint32_t *cas);
IMPORT("env", "proxy_set_shared_data")
uint32_t set_shared(const char *key, uint32_t key_size, const void *data, uint32_t size, uint32_t cas);
IMPORT("wasi_snapshot_preview1", "clock_time_get")
uint32_t clock_time(uint32_t id, uint64_t precision, uint64_t *nanoseconds);

enum { REQUEST = 0, RESPONSE = 2, PLUGIN_CONFIGURATION = 7, STREAMS = 4096 };

static const char *const values[] = {"hello", "world"};
static const char *const keys[] = {"eviction:hello", "eviction:world"};
static const uint32_t key_size = 14;
static uint8_t chosen[STREAMS];
static uint64_t random = 1;
static int evicts;

// What the host returns is read before the next call.
static _Alignas(8) char returned[65536];

EXPORT("proxy_on_memory_allocate") void *allocate(uint32_t size) { return size <= sizeof returned ? returned : 0; }
EXPORT("proxy_abi_version_0_2_1") void abi(void) {}
EXPORT("proxy_on_vm_start") uint32_t vm_start(uint32_t id, uint32_t size) { return 1; }
EXPORT("proxy_on_context_create") void create(uint32_t id, uint32_t plugin) {}
EXPORT("_initialize") void initialize(void) {}

EXPORT("proxy_on_configure") uint32_t configure(uint32_t id, uint32_t size) {
	const char *data = 0;
	uint32_t got = 0;
	evicts = get_buffer(PLUGIN_CONFIGURATION, 0, size, &data, &got) == 0 && got > 0 && data[0] == 'e';
	return 1;
}

static uint64_t now(void) {
	uint64_t nanoseconds = 0;
	clock_time(1, 1, &nanoseconds);
	return nanoseconds;
}

static int is_out(int value) {
	const char *data = 0;
	uint32_t size = 0, cas = 0;
	if (get_shared(keys[value], key_size, &data, &size, &cas) != 0 || size != 8)
		return 0;
	return *(const uint64_t *)data > now();
}

EXPORT("proxy_on_request_headers") uint32_t request(uint32_t id, uint32_t count, uint32_t end) {
	uint64_t z = random += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	int value = (int)((z >> 32) * 2 >> 32);
	if (evicts && is_out(value))
		value = is_out(!value) ? 0 : !value;
	chosen[id % STREAMS] = (uint8_t)value;
	replace_header(REQUEST, "user-agent", 10, values[value], 5);
	return 0;
}

EXPORT("proxy_on_response_headers") uint32_t response(uint32_t id, uint32_t count, uint32_t end) {
	if (evicts) {
		const char *status = 0;
		uint32_t size = 0;
		if (get_header(RESPONSE, ":status", 7, &status, &size) == 0 && size > 0 && status[0] == '4') {
			uint64_t until = now() + 60000000000;
			set_shared(keys[chosen[id % STREAMS]], key_size, &until, sizeof until, 0);
		}
	}
	replace_header(RESPONSE, "x-proxy-wasm", 12, "my-wasm-filter", 14);
	return 0;
}
