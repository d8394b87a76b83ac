/*===- freestanding.c - runs an emitted object without a C library ---*- C -*-===*\
|*
|* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/
/*
 * A program of nothing but this file and the object, so that no library of the target is needed to build it. data.h has
 * `input` and six outputs expected for BATCH images. Its exit code is 0, or 1 more than the output that is wrong, or 100
 * more than what the network returned.
 */
#include "data.h"
#include "model.h"

static long exitWith(long code) {
#if defined(__aarch64__)
  register long number __asm__("x8") = 93, status __asm__("x0") = code;
  __asm__ volatile("svc 0" : : "r"(number), "r"(status));
#elif defined(__arm__)
  register long number __asm__("r7") = 1, status __asm__("r0") = code;
  __asm__ volatile("svc 0" : : "r"(number), "r"(status));
#elif defined(__riscv)
  register long number __asm__("a7") = 93, status __asm__("a0") = code;
  __asm__ volatile("ecall" : : "r"(number), "r"(status));
#elif defined(__powerpc64__)
  register long number __asm__("r0") = 1, status __asm__("r3") = code;
  __asm__ volatile("sc" : : "r"(number), "r"(status));
#elif defined(__s390x__)
  register long status __asm__("r2") = code;
  __asm__ volatile("svc 1" : : "r"(status));
#elif defined(__i386__)
  __asm__ volatile("int $0x80" : : "a"(1), "b"(code));
#else
#error "how does a program end here?"
#endif
  return 0;
}

static _Alignas(MODEL_WORKSPACE_ALIGNMENT) unsigned char workspace[MODEL_WORKSPACE_BYTES];
static unsigned char out0[BATCH * MODEL_OUTPUT0_BYTES], out1[BATCH * MODEL_OUTPUT1_BYTES],
    out2[BATCH * MODEL_OUTPUT2_BYTES], out3[BATCH * MODEL_OUTPUT3_BYTES], out4[BATCH * MODEL_OUTPUT4_BYTES],
    out5[BATCH * MODEL_OUTPUT5_BYTES];

static int differ(const unsigned char *actual, const unsigned char *expected, unsigned long count) {
  for (unsigned long i = 0; i < count; ++i)
    if (actual[i] != expected[i])
      return 1;
  return 0;
}

__attribute__((used)) static long run(void) {
  int code = model_run(input, out0, out1, out2, out3, out4, out5, BATCH, workspace);
  if (code != MODEL_OK)
    return 100 + code;
  if (differ(out0, expected0, sizeof out0))
    return 1;
  if (differ(out1, expected1, sizeof out1))
    return 2;
  if (differ(out2, expected2, sizeof out2))
    return 3;
  if (differ(out3, expected3, sizeof out3))
    return 4;
  if (differ(out4, expected4, sizeof out4))
    return 5;
  return differ(out5, expected5, sizeof out5) ? 6 : 0;
}

#ifdef __i386__
__attribute__((force_align_arg_pointer))
#endif
void _start(void) {
  exitWith(run());
}
