//===- CopyKernelTest.cpp - Concatenations, pads and copies ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTest.h"

using namespace qcc;
using namespace qcc::test;

namespace {

class CopyKernelTest : public KernelTest {};

TEST_P(CopyKernelTest, Concat) {
  for (int64_t axis : {1, 2, 3}) {
    std::vector<std::string> types;
    std::vector<HostTensor> inputs;
    std::vector<int64_t> shape = {5, 3, 4, 33};
    int64_t total = 0;
    std::string op = "cnn.concat ";
    for (int64_t size : {1, 5, 40}) {
      shape[axis] = size;
      total += size;
      op += (types.empty() ? "%" : ", %") + std::to_string(types.size());
      types.push_back(tensor({-1, shape[1], shape[2], shape[3]}, "ui8"));
      inputs.push_back(random<uint8_t>(shape, 0, 255));
    }
    shape[axis] = total;
    compare(wrap(op + " {axis = " + std::to_string(axis) + " : i64}", types,
                 tensor({-1, shape[1], shape[2], shape[3]}, "ui8")),
            inputs);
  }
}

TEST_P(CopyKernelTest, ConcatAndEpilogue) {
  std::string a = tensor({-1, 3, 20}, "f32"), b = tensor({-1, 2, 20}, "f32");
  std::string both = tensor({-1, 5, 20}, "f32"), codes = tensor({-1, 5, 20}, "i8");
  compare("func.func @main(%a: " + a + ", %b: " + b + ") -> " + codes +
              " {\n  %c = cnn.concat %a, %b {axis = 1 : i64} : (" + a + ", " + b + ") -> " + both +
              "\n  %q = cnn.quantize %c {scale = 0.01 : f32, zero_point = 5 : i32, min = -128 : "
              "i32, max = 127 : i32, contract = #cnn.contract<onnx>} : (" +
              both + ") -> " + codes + "\n  return %q : " + codes + "\n}",
          {random<float>({3, 3, 20}, -1, 1), random<float>({3, 2, 20}, -1, 1)});
}

TEST_P(CopyKernelTest, Pad) {
  for (int64_t channels : {1, 3, 100})
    for (auto [low, high] : {std::pair<const char *, const char *>{"0, 1, 1, 0", "0, 1, 1, 0"},
                             {"0, 0, 2, 0", "0, 3, 0, 0"},
                             {"0, 1, 0, 2", "0, 0, 1, 1"}}) {
      int64_t h = 0, w = 0, c = 0;
      for (const char *text : {low, high}) {
        int64_t batch, rows, columns, depth;
        std::sscanf(text, "%ld, %ld, %ld, %ld", &batch, &rows, &columns, &depth);
        h += rows;
        w += columns;
        c += depth;
      }
      std::string attributes =
          " {low = array<i64: " + std::string(low) + ">, high = array<i64: " + high + ">, value = ";
      compare(wrap("cnn.pad %0" + attributes + "200 : i32}", {tensor({-1, 5, 6, channels}, "ui8")},
                   tensor({-1, 5 + h, 6 + w, channels + c}, "ui8")),
              {random<uint8_t>({3, 5, 6, channels}, 0, 255)});
      compare(wrap("cnn.pad %0" + attributes + "0.5 : f32}", {tensor({-1, 5, 6, channels}, "f32")},
                   tensor({-1, 5 + h, 6 + w, channels + c}, "f32")),
              {random<float>({3, 5, 6, channels}, -1, 1)});
    }
}

TEST_P(CopyKernelTest, PadOfWhatAKernelWrites) {
  // The quantization writes into the middle of the padded buffer, and the pad its border.
  for (int64_t channels : {1, 3, 32}) {
    std::string f = tensor({-1, 6, 7, channels}, "f32"), q = tensor({-1, 6, 7, channels}, "ui8");
    std::string p = tensor({-1, 8, 10, channels}, "ui8"), m = tensor({-1, 4, 5, channels}, "ui8");
    compare("func.func @main(%x: " + f + ") -> " + m +
                " {\n  %q = cnn.quantize %x {scale = 0.01 : f32, zero_point = 5 : i32, min = 0 : "
                "i32, max = 255 : i32, contract = #cnn.contract<fbgemm>} : (" +
                f + ") -> " + q +
                "\n  %p = cnn.pad %q {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 2, 0>, "
                "value = 5 : i32} : (" +
                q + ") -> " + p +
                "\n  %m = cnn.max_pool2d %p {kernel = array<i64: 2, 2>, strides = array<i64: 2, "
                "2>} : (" +
                p + ") -> " + m + "\n  return %m : " + m + "\n}",
            {random<float>({5, 6, 7, channels}, -1, 2)});
  }
}

TEST_P(CopyKernelTest, Transpose) {
  for (std::vector<int64_t> permutation :
       {std::vector<int64_t>{0, 2, 3, 1}, {0, 3, 1, 2}, {0, 2, 1, 3}, {0, 1, 3, 2}})
    for (int64_t size : {1, 3, 5}) {
      std::vector<int64_t> shape = {-1, size, 4, 37}, result;
      std::string op = "cnn.transpose %0 {permutation = array<i64: ";
      for (int64_t dim : permutation) {
        op += (dim == 0 ? "" : ", ") + std::to_string(dim);
        result.push_back(shape[dim]);
      }
      compare(wrap(op + ">}", {tensor(shape, "ui8")}, tensor(result, "ui8")),
              {random<uint8_t>({3, size, 4, 37}, 0, 255)});
    }
}

TEST_P(CopyKernelTest, PlanesOfAnImage) {
  // As most networks begin: planes to channels, codes, into the middle of a padded buffer.
  for (int64_t planes : {1, 2, 3, 4}) {
    std::string x = tensor({-1, planes, 5, 37}, "f32"), t = tensor({-1, 5, 37, planes}, "f32");
    std::string q = tensor({-1, 5, 37, planes}, "ui8"), p = tensor({-1, 7, 39, planes}, "ui8");
    std::string m = tensor({-1, 3, 19, planes}, "ui8");
    std::string text =
        "func.func @main(%x: " + x + ") -> " + m +
        " {\n  %t = cnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (" + x + ") -> " + t +
        "\n  %q = cnn.quantize %t {scale = 0.01 : f32, zero_point = 5 : i32, min = 0 : i32, "
        "max = 255 : i32, contract = #cnn.contract<fbgemm>} : (" +
        t + ") -> " + q +
        "\n  %p = cnn.pad %q {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = "
        "5 : i32} : (" +
        q + ") -> " + p +
        "\n  %m = cnn.max_pool2d %p {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (" +
        p + ") -> " + m + "\n  return %m : " + m + "\n}";
    compare(text, {random<float>({3, planes, 5, 37}, -1, 2)});
  }
}

TEST_P(CopyKernelTest, PlainCopy) {
  std::string x = tensor({-1, 7, 13}, "f32"), y = tensor({-1, 91}, "f32");
  compare("func.func @main(%x: " + x + ") -> " + y + " {\n  %y = cnn.flatten %x : (" + x + ") -> " +
              y + "\n  return %y : " + y + "\n}",
          {random<float>({5, 7, 13}, -1, 1)});
}

INSTANTIATE_TEST_SUITE_P(All, CopyKernelTest, allISAs(), getISAName);

} // namespace
