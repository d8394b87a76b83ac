/* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
 *
 * Classifies images with a network that qcc compiled into this program.
 *
 *   classify IMAGES [LABELS [COUNT]]
 *
 * IMAGES and LABELS are IDX files, as MNIST's are, not compressed. classifier.h and the object that it belongs to come from
 *
 *   qcc MODEL --calibrate=DATA --emit=obj --name=classifier -o classifier.o --header=classifier.h
 *
 * and are all that this program needs of qcc. C99. */
#include "classifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PIXELS = CLASSIFIER_INPUT0_ELEMENTS, CLASSES = CLASSIFIER_OUTPUT0_ELEMENTS, BATCH = 64 };

/* How pixels become numbers is in the header, where the model says it. */
#ifndef CLASSIFIER_PREPROCESSING_DIVISOR
#define CLASSIFIER_PREPROCESSING_DIVISOR 255.0f
#endif
#ifndef CLASSIFIER_PREPROCESSING_MEAN
#define CLASSIFIER_PREPROCESSING_MEAN {0.0f}
#endif
#ifndef CLASSIFIER_PREPROCESSING_STD
#define CLASSIFIER_PREPROCESSING_STD {1.0f}
#endif
static const float mean[] = CLASSIFIER_PREPROCESSING_MEAN, std[] = CLASSIFIER_PREPROCESSING_STD;

static void fail(const char *file, const char *what) {
  fprintf(stderr, "classify: error: %s: %s\n", file, what);
  exit(1);
}

static unsigned long readNumber(FILE *file) {
  unsigned long number = 0;
  for (int i = 0; i < 4; ++i)
    number = number << 8 | (unsigned long)(fgetc(file) & 0xFF);
  return number;
}

/* Reads an IDX file of bytes: `items` of `size` bytes each. */
static unsigned char *readIdx(const char *name, unsigned dimensions, size_t size, size_t *items) {
  FILE *file = fopen(name, "rb");
  if (!file)
    fail(name, "cannot be opened");
  if (readNumber(file) != (0x800UL | dimensions))
    fail(name, dimensions == 1 ? "is no IDX file of labels" : "is no IDX file of images");
  *items = readNumber(file);
  size_t found = 1;
  for (unsigned i = 1; i < dimensions; ++i)
    found *= readNumber(file);
  if (found != size)
    fail(name, "the network takes images of another size");
  unsigned char *bytes = malloc(*items * size + 1);
  if (!bytes || fread(bytes, size, *items, file) != *items)
    fail(name, "is too short");
  fclose(file);
  return bytes;
}

static int indexOfLargest(const float *values) {
  int best = 0;
  for (int i = 1; i < CLASSES; ++i)
    if (values[i] > values[best])
      best = i;
  return best;
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 4) {
    fprintf(stderr, "usage: classify IMAGES [LABELS [COUNT]]\n");
    return 2;
  }
  size_t count = 0, labelCount = 0;
  unsigned char *images = readIdx(argv[1], 3, PIXELS, &count);
  unsigned char *labels = argc > 2 ? readIdx(argv[2], 1, 1, &labelCount) : NULL;
  if (labels && labelCount != count)
    fail(argv[2], "has not as many labels as there are images");
  if (argc > 3 && strtoul(argv[3], NULL, 10) < count)
    count = strtoul(argv[3], NULL, 10);

  /* The network allocates nothing: its memory is ours, aligned. */
  static float input[BATCH * PIXELS], output[BATCH * CLASSES];
  static unsigned char memory[CLASSIFIER_WORKSPACE_BYTES + CLASSIFIER_WORKSPACE_ALIGNMENT];
  void *workspace =
      memory + (CLASSIFIER_WORKSPACE_ALIGNMENT - (uintptr_t)memory % CLASSIFIER_WORKSPACE_ALIGNMENT);

  size_t right = 0;
  clock_t spent = 0;
  for (size_t first = 0; first < count; first += BATCH) {
    size_t batch = count - first < BATCH ? count - first : BATCH;
    for (size_t i = 0; i < batch * PIXELS; ++i)
      input[i] = ((float)images[first * PIXELS + i] / CLASSIFIER_PREPROCESSING_DIVISOR - mean[0]) / std[0];

    clock_t start = clock();
    int code = classifier_run(input, output, batch, workspace);
    spent += clock() - start;
    if (code == CLASSIFIER_UNSUPPORTED_CPU)
      fail(argv[0], "this processor lacks instructions that the network was compiled for");
    if (code != CLASSIFIER_OK)
      fail(argv[0], "the network refused its arguments");

    for (size_t i = 0; i < batch; ++i) {
      int answer = indexOfLargest(output + i * CLASSES);
      right += labels && answer == labels[first + i];
      if (first + i < 10)
        printf(labels ? "image %zu: class %d (label %d)\n" : "image %zu: class %d\n", first + i, answer,
               labels ? labels[first + i] : 0);
    }
  }
  if (labels && count > 0)
    printf("%zu of %zu images right (%.2f %%)\n", right, count, 100.0 * (double)right / (double)count);
  if (count > 0)
    printf("%.2f us for an image\n", 1e6 * (double)spent / CLOCKS_PER_SEC / (double)count);
  free(images);
  free(labels);
  return 0;
}
