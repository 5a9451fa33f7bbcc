/* What this machine's core can do with loads, and with branch-free steps through trees: the code of wasm.ts in C, on the
 * same data. Prints one line of JSON. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { line = 64, depth = 8, tree_bytes = 8 << depth, features = 32, rows = 256, repeats = 15 };

static uint8_t *memory;
static uint32_t state = 1;
static volatile uint32_t sink;

static uint32_t random_number(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

static double nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

/* One cycle through all lines of the first `size` bytes, in random order. */
static void make_chain(uint32_t size) {
  const uint32_t count = size / line;
  uint32_t *order = malloc(count * sizeof *order);
  for (uint32_t index = 0; index < count; index++) order[index] = index;
  for (uint32_t index = count - 1; index > 0; index--) {
    const uint32_t other = random_number() % (index + 1), kept = order[index];
    order[index] = order[other];
    order[other] = kept;
  }
  for (uint32_t index = 0; index < count; index++)
    *(uint32_t *)(memory + (size_t)order[index] * line) = order[(index + 1) % count] * line;
  free(order);
}

#define CHASE(K)                                                                                                  \
  static uint32_t chase##K(uint32_t size, uint32_t steps) {                                                       \
    uint32_t at[K], sum = 0;                                                                                      \
    for (int chain = 0; chain < K; chain++) at[chain] = size / K / line * line * chain;                           \
    for (uint32_t step = 0; step < steps; step++)                                                                 \
      _Pragma("GCC unroll 16") for (int chain = 0; chain < K; chain++) at[chain] = *(uint32_t *)(memory + at[chain]); \
    for (int chain = 0; chain < K; chain++) sum += at[chain];                                                     \
    return sum;                                                                                                   \
  }

/* A node is a threshold and the feature's place in the row; its children follow it at 2 * offset + 8 and + 16. */
#define TREES(K)                                                                                                  \
  static uint32_t trees##K(const uint8_t *row, uint32_t bytes) {                                                  \
    uint32_t sum = 0;                                                                                             \
    for (uint32_t base = 0; base < bytes; base += K * tree_bytes) {                                               \
      uint32_t at[K] = {0};                                                                                       \
      _Pragma("GCC unroll 8") for (int level = 0; level < depth; level++)                                         \
        _Pragma("GCC unroll 16") for (int tree = 0; tree < K; tree++) {                                           \
          const uint8_t *node = memory + base + tree * tree_bytes + at[tree];                                     \
          const float value = *(const float *)(row + *(const uint32_t *)(node + 4));                              \
          at[tree] = 2 * at[tree] + 8 + 8 * !(value <= *(const float *)node);                                     \
        }                                                                                                         \
      _Pragma("GCC unroll 16") for (int tree = 0; tree < K; tree++) sum += at[tree];                              \
    }                                                                                                             \
    return sum;                                                                                                   \
  }

CHASE(1) CHASE(4) CHASE(8) CHASE(16)
TREES(1) TREES(4) TREES(8) TREES(16)

static float *values;

static double best_chase(uint32_t (*chase)(uint32_t, uint32_t), uint32_t chains, uint32_t size) {
  const uint32_t steps = 200000;
  double best = 1e30;
  for (int repeat = 0; repeat < repeats; repeat++) {
    const double start = nanoseconds();
    sink = chase(size, steps);
    const double each = (nanoseconds() - start) / steps / chains;
    if (each < best) best = each;
  }
  return 1 / best;
}

static double best_trees(uint32_t (*trees)(const uint8_t *, uint32_t), uint32_t size) {
  double best = 1e30;
  const int passes = size < 1 << 20 ? 20 : 1;
  for (int repeat = 0; repeat < repeats; repeat++) {
    const double start = nanoseconds();
    for (int pass = 0; pass < passes; pass++)
      for (int row = 0; row < rows; row++) sink = trees((const uint8_t *)(values + row * features), size);
    const double each = (nanoseconds() - start) / passes / rows / (size / tree_bytes * depth);
    if (each < best) best = each;
  }
  return 1 / best;
}

int main(int count, char **arguments) {
  memory = aligned_alloc(4096, 64 << 20);
  values = malloc(sizeof(float) * features * rows);
  for (int index = 0; index < features * rows; index++) values[index] = random_number() / 4294967296.0f;
  printf("{");
  for (int argument = 1; argument < count; argument++) {
    const uint32_t size = atoi(arguments[argument]);
    make_chain(size);
    printf("%s\"%u\": {\"loads\": [%f, %f, %f, %f]", argument == 1 ? "" : ", ", size, best_chase(chase1, 1, size),
           best_chase(chase4, 4, size), best_chase(chase8, 8, size), best_chase(chase16, 16, size));
    for (uint32_t at = 0; at < size; at += 8) {
      *(float *)(memory + at) = random_number() / 4294967296.0f;
      *(uint32_t *)(memory + at + 4) = random_number() % features * 4;
    }
    printf(", \"steps\": [%f, %f, %f, %f]}", best_trees(trees1, size), best_trees(trees4, size), best_trees(trees8, size),
           best_trees(trees16, size));
  }
  printf("}\n");
  return 0;
}
