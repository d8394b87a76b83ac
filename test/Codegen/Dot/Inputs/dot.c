/* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
 *
 * Compares the functions of dot modules with a loop: codes and weights at the borders of their
 * range in every combination of one pair, then pseudo-random ones; accumulators that wrap around.
 */
#include "random.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef void Dot(const int8_t *x, const int8_t *w, int32_t *y);
Dot dot4, dot4_pairs, dot8, dot2;

static long count, wrong;

static void compare(Dot *dot, int lanes, const int8_t *x, const int8_t *w, const int32_t *sums) {
  int32_t expected[8], y[8];
  memcpy(y, sums, sizeof y);
  for (int i = 0; i < lanes; ++i) {
    uint32_t sum = (uint32_t)sums[i];
    for (int j = 0; j < 4; ++j)
      sum += (uint32_t)(x[j] * w[4 * i + j]);
    expected[i] = (int32_t)sum;
  }
  dot(x, w, y);
  for (int i = 0; i < lanes; ++i, ++count)
    if (y[i] != expected[i] && wrong++ < 10)
      printf("lane %d of %d: %d, expected %d\n", i, lanes, y[i], expected[i]);
}

static void compareAll(const int8_t *x, const int8_t *w, const int32_t *sums) {
  compare(dot4, 4, x, w, sums);
  compare(dot8, 8, x, w, sums);
  compare(dot2, 2, x, w, sums);
  for (int i = 0; i < 16; i += 2) {
    int pair = x[i % 4] * w[i] + x[i % 4 + 1] * w[i + 1];
    if (pair != (int16_t)pair)
      return;
  }
  compare(dot4_pairs, 4, x, w, sums);
}

int main(void) {
  static const int8_t borders[] = {-128, -127, -1, 0, 1, 127};
  int8_t x[4], w[32];
  int32_t sums[8] = {0, 1, -1, INT32_MAX, INT32_MIN, 7, 0, -5};
  for (int a = 0; a < 6 * 6 * 6 * 6; ++a) {
    for (int j = 0; j < 4; ++j)
      x[j] = borders[a / (j % 2 ? 6 : 1) % 6];
    for (int j = 0; j < 32; ++j)
      w[j] = borders[(a / (j % 2 ? 216 : 36) + j / 8) % 6];
    compareAll(x, w, sums);
  }
  for (int n = 0; n < 20000; ++n) {
    for (int j = 0; j < 4; ++j)
      x[j] = (int8_t)next();
    for (int j = 0; j < 32; ++j)
      w[j] = (int8_t)next();
    for (int i = 0; i < 8; ++i)
      sums[i] = (int32_t)next();
    compareAll(x, w, sums);
  }
  printf("%ld of %ld sums are wrong\n", wrong, count);
  return wrong != 0;
}
