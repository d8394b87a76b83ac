// Bounds by hand. An accumulator's bound holds for partial sums, which include 0 and the bias alone or not yet.
// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-prove-accumulators))' -split-input-file -verify-diagnostics | FileCheck %s
// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-prove-accumulators{report}))' -split-input-file -o %t 2>&1 | FileCheck %s --check-prefix=REPORT

// Row 0: 255 * (2 + 1) = 765 above, 255 * -3 = -765 below. Row 1 with its bias: -255 * (1 + 1 + 4) - 100 = -1630 below, 0 above.
// Pairs are (2, -3) and (-3, 1); (-1, -1) and (-1, -4): the largest is 2 * 255 = 510 and -5 * 255 = -1275 the smallest.
// CHECK-LABEL: func.func @linear
// CHECK: cnn.linear {{.*}} {bounds = #cnn.bounds<accumulator = [-1630, 765], pair = [-1275, 510], every_pair>, cnn.name = "fc"}
// REPORT: remark: 'fc' accumulates within [-1630, 765], 32 bits are enough; pairs of products within [-1275, 510], 16 bits are enough
func.func @linear(%x: tensor<?x3xui8>) -> tensor<?x2xi32> {
  %w = cnn.constant dense<[[2, -3, 1], [-1, -1, -4]]> : tensor<2x3xi8>
  %b = cnn.constant dense<[0, -100]> : tensor<2xi32>
  %0 = cnn.linear %x, %w, %b {cnn.name = "fc"} : (tensor<?x3xui8>, tensor<2x3xi8>, tensor<2xi32>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}

// -----

// Signed codes: 2 * -128 = -256 below and 2 * 127 = 254 above; -3 * 127 = -381 and -3 * -128 = 384.
// The whole row is one pair: [-637, 638]; a bias of 5 above.
// CHECK-LABEL: func.func @signed_codes
// CHECK: bounds = #cnn.bounds<accumulator = [-637, 643], pair = [-637, 638], every_pair>
func.func @signed_codes(%x: tensor<?x2xi8>) -> tensor<?x1xi32> {
  %w = cnn.constant dense<[[2, -3]]> : tensor<1x2xi8>
  %b = cnn.constant dense<5> : tensor<1xi32>
  %0 = cnn.linear %x, %w, %b : (tensor<?x2xi8>, tensor<1x2xi8>, tensor<1xi32>) -> tensor<?x1xi32>
  return %0 : tensor<?x1xi32>
}

// -----

// What the codes can be is known from what makes them, through layers that move or select them: [3, 100] here, [3, 127]
// for a quantize, [5, 9] for a clamp. The code outside of the image belongs to the range of a convolution that has padding:
// [5, 20]. A product counts alone, too: its neighbour may be missing.
// CHECK-LABEL: func.func @known_ranges
// CHECK: cnn.linear {{.*}} {bounds = #cnn.bounds<accumulator = [0, 200], pair = [0, 200], every_pair>}
// CHECK: cnn.linear {{.*}} {bounds = #cnn.bounds<accumulator = [0, 254], pair = [0, 254], every_pair>}
// CHECK: cnn.conv2d {{.*}} {bounds = #cnn.bounds<accumulator = [-9, 9], pair = [-9, 9], every_pair>
// CHECK: cnn.conv2d {{.*}} {bounds = #cnn.bounds<accumulator = [-20, 20], pair = [-20, 20], every_pair>, pad_value = 20 : i64
func.func @known_ranges(%a: tensor<?x1x2x1xi32>, %m: tensor<1xf32>, %f: tensor<?x2xf32>, %c: tensor<?x2x1x1xui8>)
    -> (tensor<?x1xi32>, tensor<?x1xi32>, tensor<?x1x1x1xi32>, tensor<?x2x1x1xi32>) {
  %0 = cnn.requantize %a, %m {zero_point = 3 : i32, min = 3 : i32, max = 100 : i32} : (tensor<?x1x2x1xi32>, tensor<1xf32>) -> tensor<?x1x2x1xui8>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 1, 1>} : (tensor<?x1x2x1xui8>) -> tensor<?x1x2x1xui8>
  %2 = cnn.reshape %1 : (tensor<?x1x2x1xui8>) -> tensor<?x2x1x1xui8>
  %3 = cnn.transpose %2 {permutation = array<i64: 0, 2, 1, 3>} : (tensor<?x2x1x1xui8>) -> tensor<?x1x2x1xui8>
  %4 = cnn.flatten %3 : (tensor<?x1x2x1xui8>) -> tensor<?x2xui8>
  %w = cnn.constant dense<1> : tensor<1x2xi8>
  %5 = cnn.linear %4, %w : (tensor<?x2xui8>, tensor<1x2xi8>) -> tensor<?x1xi32>
  %6 = cnn.quantize %f {scale = 0.1 : f32, zero_point = 3 : i32, min = 3 : i32, max = 127 : i32, contract = #cnn.contract<onnx>} : (tensor<?x2xf32>) -> tensor<?x2xui8>
  %7 = cnn.linear %6, %w : (tensor<?x2xui8>, tensor<1x2xi8>) -> tensor<?x1xi32>
  %8 = cnn.clamp %c {min = 5 : i32, max = 9 : i32} : (tensor<?x2x1x1xui8>) -> tensor<?x2x1x1xui8>
  %v = cnn.constant dense<[[[[1]], [[-1]]]]> : tensor<1x2x1x1xi8>
  %9 = cnn.conv2d %8, %v : (tensor<?x2x1x1xui8>, tensor<1x2x1x1xi8>) -> tensor<?x1x1x1xi32>
  %10 = cnn.conv2d %8, %v {padding = array<i64: 1, 0, 0, 0>, pad_value = 20 : i64} : (tensor<?x2x1x1xui8>, tensor<1x2x1x1xi8>) -> tensor<?x2x1x1xi32>
  return %5, %7, %9, %10 : tensor<?x1xi32>, tensor<?x1xi32>, tensor<?x1x1x1xi32>, tensor<?x2x1x1xi32>
}

// -----

// Only pairs that begin at an even depth fit: 255 * (1 + 127) = 32640, and 255 * (127 + 127) does not.
// CHECK-LABEL: func.func @even_pairs
// CHECK: pair = [0, 32640]>
// REPORT: remark: '' accumulates within [0, 65025], 32 bits are enough; pairs of products within [0, 32640], 16 bits are enough
func.func @even_pairs(%x: tensor<?x3xui8>) -> tensor<?x1xi32> {
  %w = cnn.constant dense<[[1, 127, 127]]> : tensor<1x3xi8>
  %0 = cnn.linear %x, %w : (tensor<?x3xui8>, tensor<1x3xi8>) -> tensor<?x1xi32>
  return %0 : tensor<?x1xi32>
}

// -----

// 127 * 255 * 2 = 64770: sums of two products do not fit 16 bits, which the report says.
// CHECK-LABEL: func.func @wide_pairs
// CHECK: pair = [0, 64770]
// REPORT: remark: '' accumulates within [0, 64770], 32 bits are enough; pairs of products within [0, 64770], which could saturate 16 bits
func.func @wide_pairs(%x: tensor<?x2xui8>) -> tensor<?x1xi32> {
  %w = cnn.constant dense<127> : tensor<1x2xi8>
  %0 = cnn.linear %x, %w : (tensor<?x2xui8>, tensor<1x2xi8>) -> tensor<?x1xi32>
  return %0 : tensor<?x1xi32>
}

// -----

// 2^31 - 1 + 255 does not fit: accumulators and bias become 64 bits wide, in front of a requantization and through pools.
// CHECK-LABEL: func.func @widened
// CHECK: %[[B:.*]] = cnn.constant dense<2147483647> : tensor<1xi64>
// CHECK: %[[A:.*]] = cnn.conv2d %arg0, %{{.*}}, %[[B]] {bounds = #cnn.bounds<accumulator = [0, 2147483902], pair = [0, 255], every_pair>} : {{.*}} -> tensor<?x2x2x1xi64>
// CHECK: %[[P:.*]] = cnn.max_pool2d %[[A]] {{.*}} : (tensor<?x2x2x1xi64>) -> tensor<?x1x1x1xi64>
// CHECK: %[[Q:.*]] = cnn.max_pool2d %[[P]] {{.*}} : (tensor<?x1x1x1xi64>) -> tensor<?x1x1x1xi64>
// CHECK: cnn.requantize %[[Q]], {{.*}} : (tensor<?x1x1x1xi64>, tensor<1xf32>) -> tensor<?x1x1x1xui8>
// REPORT: remark: '' accumulates within [0, 2147483902], which needs 64 bits; pairs
func.func @widened(%x: tensor<?x2x2x1xui8>, %m: tensor<1xf32>) -> tensor<?x1x1x1xui8> {
  %w = cnn.constant dense<1> : tensor<1x1x1x1xi8>
  %b = cnn.constant dense<2147483647> : tensor<1xi32>
  %0 = cnn.conv2d %x, %w, %b : (tensor<?x2x2x1xui8>, tensor<1x1x1x1xi8>, tensor<1xi32>) -> tensor<?x2x2x1xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>} : (tensor<?x2x2x1xi32>) -> tensor<?x1x1x1xi32>
  %2 = cnn.max_pool2d %1 {kernel = array<i64: 1, 1>} : (tensor<?x1x1x1xi32>) -> tensor<?x1x1x1xi32>
  %3 = cnn.requantize %2, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x1x1x1xi32>, tensor<1xf32>) -> tensor<?x1x1x1xui8>
  return %3 : tensor<?x1x1x1xui8>
}

// -----

// Exactly 2^31 - 1, and -2^31, still fit.
// CHECK-LABEL: func.func @just_fits
// CHECK: bounds = #cnn.bounds<accumulator = [-2147483648, 2147483647], {{.*}} -> tensor<?x2xi32>
func.func @just_fits(%x: tensor<?x1xui8>) -> tensor<?x2xi32> {
  %w = cnn.constant dense<[[1], [-1]]> : tensor<2x1xi8>
  %b = cnn.constant dense<[2147483392, -2147483393]> : tensor<2xi32>
  %0 = cnn.linear %x, %w, %b : (tensor<?x1xui8>, tensor<2x1xi8>, tensor<2xi32>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}

// -----

// 64 bits from the start need no widening; weights of 16 bits.
// CHECK-LABEL: func.func @wide_already
// CHECK: bounds = #cnn.bounds<accumulator = [0, 76500], pair = [0, 76500]>{{.*}} -> tensor<?x1xi64>
func.func @wide_already(%x: tensor<?x1xui8>) -> tensor<?x1xi64> {
  %w = cnn.constant dense<300> : tensor<1x1xi16>
  %0 = cnn.linear %x, %w : (tensor<?x1xui8>, tensor<1x1xi16>) -> tensor<?x1xi64>
  return %0 : tensor<?x1xi64>
}

// -----

// Nothing to prove of floats.
// CHECK-LABEL: func.func @float
// CHECK-NOT: bounds
// CHECK: return
func.func @float(%x: tensor<?x1xf32>, %w: tensor<1x1xf32>) -> tensor<?x1xf32> {
  %0 = cnn.linear %x, %w : (tensor<?x1xf32>, tensor<1x1xf32>) -> tensor<?x1xf32>
  return %0 : tensor<?x1xf32>
}
