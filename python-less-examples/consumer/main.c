/* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
 *
 * Two networks in one program, which qcc_add_model in CMakeLists.txt put there: what is in the picture? */
#include "fashion_float.h"
#include "fashion_int8.h"

#include <stdio.h>
#include <string.h>

/* A test image of Fashion-MNIST, in ten shades. */
static const char shades[] = " .:-=+*#%@";
static const char *const picture[28] = {
    "          :*++=+++*         ", "          #@@@@@@@@-        ", "          @%%%%%%%@=        ",
    "          @%%%%%%%@+        ", "         .@%%%%%%%@*        ", "         :@%%%%%%%%#        ",
    "         =@%%%@%%%@*        ", "         *@%%@#@%%@+        ", "         #@%@% @%%@+        ",
    "         %%%@* @%%@+        ", "         @%%@- @@%@+        ", "         @%%@  #@%@=        ",
    "         @%%@  *@%@=        ", "         @%%%  +@%@=        ", "         @%@*  :@%@=        ",
    "         @%@+   @%@=        ", "         %%@=   @%@-        ", "         #%@+   @%@-        ",
    "         +@%#   @%@-        ", "         -@%@   @%@-        ", "         .%%%   %%@-        ",
    "          %%%.  %%@-        ", "          %%@:  #@%-        ", "          +@@+  #@%-        ",
    "          -@@#  #%%-        ", "           %%#  *@%-        ", "           #@@: *@@=        ",
    "           -*-  :**:        "};
static const char *const names[10] = {"t-shirt", "trousers", "pullover", "dress", "coat",
                                      "sandal",  "shirt",    "sneaker",  "bag",   "ankle boot"};

/* Memory for either network, aligned by the larger of the two alignments. */
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
enum {
  ALIGNMENT = LARGER(FASHION_FLOAT_WORKSPACE_ALIGNMENT, FASHION_INT8_WORKSPACE_ALIGNMENT),
  BYTES = LARGER(FASHION_FLOAT_WORKSPACE_BYTES, FASHION_INT8_WORKSPACE_BYTES)
};
static unsigned char memory[BYTES + ALIGNMENT];

typedef int Network(const void *input, void *output, size_t batch, void *workspace);

static int classify(const char *name, Network *network, const float *input) {
  float output[10];
  int code = network(input, output, 1, memory + (ALIGNMENT - (uintptr_t)memory % ALIGNMENT));
  if (code != 0) {
    printf("%s: error %d\n", name, code);
    return 1;
  }
  int best = 0;
  for (int i = 1; i < 10; ++i)
    if (output[i] > output[best])
      best = i;
  printf("%s: %s\n", name, names[best]);
  return 0;
}

int main(void) {
  static float input[FASHION_FLOAT_INPUT0_ELEMENTS];
  for (int row = 0; row < 28; ++row) {
    puts(picture[row]);
    for (int column = 0; column < 28; ++column)
      input[28 * row + column] = (float)(strchr(shades, picture[row][column]) - shades) / 9.0f;
  }
  return classify("fashion_float", fashion_float_run, input) | classify("fashion_int8", fashion_int8_run, input);
}
