# Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
#
# A model of six int8 convolutions of one input: numbers of channels and of positions that leave every kind of remainder.
#
#   awk -v channels=5 -v width=7 -f convolutions.awk
function random() { seed = (seed * 1103515245 + 12345) % 2147483648; return int(seed / 65536) }
function codes(count, text, i) {
  for (i = 0; i < count; ++i) text = text sprintf("%02X", random() % 256)
  return "dense<\"0x" text "\">"
}
function floats(count, text, i) {
  for (i = 0; i < count; ++i) text = text (i ? ", " : "") sprintf("%.3f", (random() % 2001 - 1000) / 250)
  return "dense<[" text "]>"
}
function convolution(n, outputs, kernel, stride, padding, height, columns, weights, result) {
  weights = sprintf("%dx%dx%dx%d", outputs, kernel, kernel, channels)
  height = int((6 + 2 * padding - kernel) / stride) + 1
  columns = int((width + 2 * padding - kernel) / stride) + 1
  result = sprintf("tensor<?x%dx%dx%dx!quant.uniform<u8:f32, %.6f:%d>>", height, columns, outputs, 0.01 + n / 100, 40 * n)
  # Not by sprintf: it takes a few thousand characters at most.
  body = body "    %w" n " = cnn.constant " codes(outputs * kernel * kernel * channels) " : tensor<" weights "xi8> as tensor<" \
         weights "x!quant.uniform<i8:f32, 0.004>>\n"
  body = body sprintf("    %%b%d = cnn.constant %s : tensor<%dxf32>\n", n, floats(outputs), outputs)
  body = body sprintf("    %%y%d = cnn.conv2d %%x, %%w%d, %%b%d {padding = array<i64: %d, %d, %d, %d>, " \
                      "strides = array<i64: %d, %d>} : (%s, tensor<%sx!quant.uniform<i8:f32, 0.004>>, tensor<%dxf32>) -> %s\n",
                      n, n, n, padding, padding, padding, padding, stride, stride, input, weights, outputs, result)
  values = values (n ? ", " : "") "%y" n
  types = types (n ? ", " : "") result
}
BEGIN {
  seed = 1 + channels * 64 + width
  input = sprintf("tensor<?x6x%dx%dx!quant.uniform<u8:f32, 0.02:37>>", width, channels)
  convolution(0, 1, 3, 1, 1)
  convolution(1, 3, 1, 1, 0)
  convolution(2, 5, 3, 2, 1)
  convolution(3, 12, 3, 1, 0)
  convolution(4, 17, 1, 2, 0)
  convolution(5, 34, 3, 1, 1)
  printf "module attributes {cnn.contract = #cnn.contract<fbgemm>} {\n"
  print "  func.func @main(%x: " input ") -> (" types ") {\n" body "    return " values " : " types "\n  }\n}"
}
