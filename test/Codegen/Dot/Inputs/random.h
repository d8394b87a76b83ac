/* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
 *
 * Pseudo-random words (xorshift), the same ones on every machine. */
#include <stdint.h>

static uint32_t state = 1;

static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}
