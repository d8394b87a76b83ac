/*===- guarded-memory.h - memory between pages that must not be touched ---*- C -*-===*\
|*
|* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/
#ifndef QCC_TEST_GUARDED_MEMORY_H
#define QCC_TEST_GUARDED_MEMORY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Which end of the memory a page that must not be touched follows at once. */
enum Edge { Behind, Before };

static inline size_t getPages(size_t bytes, size_t page) {
  size_t size = (bytes + page - 1) / page * page;
  return size ? size : page;
}

/* What nobody has written must not matter. Ends the process if there is no memory. */
static inline unsigned char *allocateGuarded(size_t bytes, size_t alignment, enum Edge edge) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t size = getPages(bytes, page);
  unsigned char *memory =
      mmap(NULL, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory + page, size, PROT_READ | PROT_WRITE) != 0) {
    fprintf(stderr, "error: no memory for %zu bytes\n", bytes);
    exit(1);
  }
  memset(memory + page, 0xA5, size);
  if (edge == Before)
    return memory + page;
  /* Nothing at all is in the last page, too: releaseGuarded finds the first one. */
  return memory + page + (size - (bytes ? bytes : 1)) / alignment * alignment;
}

static inline void releaseGuarded(unsigned char *memory, size_t bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  munmap((unsigned char *)((size_t)memory / page * page) - page, getPages(bytes, page) + 2 * page);
}

#endif
