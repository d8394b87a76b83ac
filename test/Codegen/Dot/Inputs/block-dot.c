/* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
 *
 * Compares the functions of modules of block products, and dot products of unsigned codes, with
 * loops: codes and weights at the borders of their range, then pseudo-random ones; accumulators
 * that wrap around. */
#include "random.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef void Products(const int8_t *x, const int8_t *w, int32_t *y);
Products block_unsigned, block_signed, dot_unsigned;

static long count, wrong;

static int32_t codeOf(int8_t byte, int isUnsigned) { return isUnsigned ? (uint8_t)byte : byte; }

/* Blocks: of sum i, the eight codes of position i / 2 and the eight weights of channel i % 2. Else
 * all sums have the same four codes. */
static void compare(Products *products, const int8_t *x, const int8_t *w, const int32_t *sums,
                    int isUnsigned, int blocks) {
  int32_t expected[4], y[4];
  memcpy(y, sums, sizeof y);
  for (int i = 0; i < 4; ++i) {
    uint32_t sum = (uint32_t)sums[i];
    for (int j = 0; j < (blocks ? 8 : 4); ++j) {
      int32_t code = codeOf(x[blocks ? 8 * (i / 2) + j : j], isUnsigned);
      sum += (uint32_t)(code * w[blocks ? 8 * (i % 2) + j : 4 * i + j]);
    }
    expected[i] = (int32_t)sum;
  }
  products(x, w, y);
  for (int i = 0; i < 4; ++i, ++count)
    if (y[i] != expected[i] && wrong++ < 10)
      printf("sum %d: %d, expected %d\n", i, y[i], expected[i]);
}

static void compareAll(const int8_t *x, const int8_t *w, const int32_t *sums) {
  compare(block_unsigned, x, w, sums, 1, 1);
  compare(block_signed, x, w, sums, 0, 1);
  compare(dot_unsigned, x, w, sums, 1, 0);
}

int main(void) {
  static const int8_t borders[] = {-128, -1, 0, 127};
  int8_t x[16], w[16];
  int32_t sums[4] = {0, -1, INT32_MAX, INT32_MIN};
  for (int n = 0; n < 20000; ++n) {
    for (int j = 0; j < 16; ++j) {
      uint32_t random = next();
      x[j] = n < 2000 ? borders[random % 4] : (int8_t)random;
      w[j] = n < 2000 ? borders[random / 4 % 4] : (int8_t)(random >> 8);
    }
    for (int i = 0; i < 4 && n >= 1000; ++i)
      sums[i] = (int32_t)next();
    compareAll(x, w, sums);
  }
  printf("%ld of %ld sums are wrong\n", wrong, count);
  return wrong != 0;
}
