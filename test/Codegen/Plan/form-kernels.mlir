// RUN: qcc-opt %s --qcc-form-kernels --split-input-file | FileCheck %s

// A layer takes the elementwise operations behind it, and what the other side of an addition needs. Activations come
// before constants. A view stays outside. Two convolutions of equal shape are one kernel.
// CHECK-LABEL: func.func @main
// CHECK: %[[W1:.*]] = cnn.constant dense<1>
// CHECK: %[[W2:.*]] = cnn.constant dense<2>
// CHECK: %[[M:.*]] = cnn.constant dense<5.0
// CHECK: %[[IN:.*]] = call @quantize_0(%arg0) :
// CHECK: %[[A:.*]] = call @conv2d_0(%[[IN]], %[[W1]], %[[M]]) {cnn.name = "a"}
// CHECK: %[[B:.*]] = call @conv2d_0(%[[A]], %[[W2]], %[[M]]) {cnn.name = "b"}
// CHECK: %[[S:.*]] = call @conv2d_1(%[[B]], %[[A]], %[[W1]], %[[M]])
// CHECK: %[[F:.*]] = cnn.flatten %[[S]]
// CHECK: return %[[F]]
// CHECK: func.func private @conv2d_0(%arg0: tensor<?x4x4x8xui8>, %arg1: tensor<8x1x1x8xi8> {codegen.constant}, %arg2: tensor<1xf32> {codegen.constant})
// CHECK-NEXT: cnn.conv2d %arg0, %arg1 {bounds = #cnn.bounds<accumulator = [-2147483648, 2147483647], pair = [-32768, 32767], every_pair>}
// CHECK-NEXT: cnn.requantize
// CHECK-NEXT: return
// CHECK: func.func private @conv2d_1(%arg0: tensor<?x4x4x8xui8>, %arg1: tensor<?x4x4x8xui8>, %arg2: tensor<8x1x1x8xi8> {codegen.constant}
// CHECK-NEXT: cnn.conv2d %arg0, %arg2 :
// CHECK-NEXT: cnn.requantize
// CHECK-DAG: cnn.dequantize %arg1 {scale = 1.000000e-01
// CHECK-DAG: cnn.dequantize %{{.*}} {scale = 2.000000e-01
// CHECK: cnn.add
// CHECK-NEXT: cnn.quantize
// CHECK-NEXT: return
// CHECK: func.func private @quantize_0(%arg0: tensor<?x4x4x8xf32>) -> tensor<?x4x4x8xui8> attributes {codegen.kernel}
// CHECK-NOT: func.func
func.func @main(%x: tensor<?x4x4x8xf32>) -> tensor<?x128xui8> {
  %w1 = cnn.constant dense<1> : tensor<8x1x1x8xi8>
  %w2 = cnn.constant dense<2> : tensor<8x1x1x8xi8>
  %m = cnn.constant dense<0.5> : tensor<1xf32>
  %q = cnn.quantize %x {scale = 0.1 : f32, zero_point = 3 : i32, min = 0 : i32, max = 255 : i32, contract = #cnn.contract<fbgemm>} : (tensor<?x4x4x8xf32>) -> tensor<?x4x4x8xui8>
  %0 = cnn.conv2d %q, %w1 {cnn.name = "a", bounds = #cnn.bounds<accumulator = [-10, 20], pair = [-5, 5], every_pair>} : (tensor<?x4x4x8xui8>, tensor<8x1x1x8xi8>) -> tensor<?x4x4x8xi32>
  %1 = cnn.requantize %0, %m {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x8xi32>, tensor<1xf32>) -> tensor<?x4x4x8xui8>
  %2 = cnn.conv2d %1, %w2 {cnn.name = "b", bounds = #cnn.bounds<accumulator = [-20, 40], pair = [-9, 9], every_pair>} : (tensor<?x4x4x8xui8>, tensor<8x1x1x8xi8>) -> tensor<?x4x4x8xi32>
  %3 = cnn.requantize %2, %m {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x8xi32>, tensor<1xf32>) -> tensor<?x4x4x8xui8>
  %4 = cnn.conv2d %3, %w1 {bounds = #cnn.bounds<accumulator = [-20, 40], pair = [-40000, 9]>} : (tensor<?x4x4x8xui8>, tensor<8x1x1x8xi8>) -> tensor<?x4x4x8xi32>
  %5 = cnn.requantize %4, %m {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x8xi32>, tensor<1xf32>) -> tensor<?x4x4x8xui8>
  %6 = cnn.dequantize %1 {scale = 0.1 : f32, zero_point = 3 : i32} : (tensor<?x4x4x8xui8>) -> tensor<?x4x4x8xf32>
  %7 = cnn.dequantize %5 {scale = 0.2 : f32, zero_point = 3 : i32} : (tensor<?x4x4x8xui8>) -> tensor<?x4x4x8xf32>
  %8 = cnn.add %7, %6 : (tensor<?x4x4x8xf32>, tensor<?x4x4x8xf32>) -> tensor<?x4x4x8xf32>
  %9 = cnn.quantize %8 {scale = 0.3 : f32, zero_point = 0 : i32, min = 0 : i32, max = 255 : i32, contract = #cnn.contract<fbgemm>} : (tensor<?x4x4x8xf32>) -> tensor<?x4x4x8xui8>
  %10 = cnn.flatten %9 : (tensor<?x4x4x8xui8>) -> tensor<?x128xui8>
  return %10 : tensor<?x128xui8>
}

// -----

// A pool that fits into a register tile stays on the accumulators; one whose windows overlap reads codes. What is used
// twice ends a kernel.
// CHECK-LABEL: func.func @main
// CHECK: call @conv2d_0
// CHECK: call @conv2d_1
// CHECK: call @max_pool2d_0
// CHECK: func.func private @conv2d_0
// CHECK: cnn.conv2d
// CHECK-NEXT: cnn.max_pool2d {{.*}}xi32>
// CHECK-NEXT: cnn.requantize
// CHECK: func.func private @conv2d_1
// CHECK: cnn.conv2d
// CHECK-NEXT: cnn.requantize
// CHECK-NEXT: return
// CHECK: func.func private @max_pool2d_0
// CHECK: cnn.max_pool2d {{.*}} : (tensor<?x2x2x8xui8>)
func.func @main(%x: tensor<?x4x4x8xf32>) -> (tensor<?x1x1x8xui8>, tensor<?x2x2x8xui8>) {
  %w = cnn.constant dense<1> : tensor<8x1x1x8xi8>
  %m = cnn.constant dense<0.5> : tensor<1xf32>
  %q = cnn.quantize %x {scale = 0.1 : f32, zero_point = 3 : i32, min = 0 : i32, max = 255 : i32, contract = #cnn.contract<fbgemm>} : (tensor<?x4x4x8xf32>) -> tensor<?x4x4x8xui8>
  %0 = cnn.conv2d %q, %w : (tensor<?x4x4x8xui8>, tensor<8x1x1x8xi8>) -> tensor<?x4x4x8xi32>
  %p = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x4x8xi32>) -> tensor<?x2x2x8xi32>
  %1 = cnn.requantize %p, %m {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x2x2x8xi32>, tensor<1xf32>) -> tensor<?x2x2x8xui8>
  %2 = cnn.conv2d %1, %w : (tensor<?x2x2x8xui8>, tensor<8x1x1x8xi8>) -> tensor<?x2x2x8xi32>
  %r = cnn.max_pool2d %2 {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>} : (tensor<?x2x2x8xi32>) -> tensor<?x1x1x8xi32>
  %3 = cnn.requantize %r, %m {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x1x1x8xi32>, tensor<1xf32>) -> tensor<?x1x1x8xui8>
  return %3, %1 : tensor<?x1x1x8xui8>, tensor<?x2x2x8xui8>
}

// -----

// Views move before elementwise operations. Codes that a layer reads in whole words are copied from the caller's memory, and
// so is a result that is no kernel's: an argument, or the same value twice.
// CHECK-LABEL: func.func @main
// CHECK: %[[V:.*]] = cnn.reshape %arg0 : (tensor<?x1x2x2xf32>) -> tensor<?x2x2x1xf32>
// CHECK: %[[Q:.*]] = call @quantize_0(%[[V]])
// CHECK: %[[C:.*]] = call @[[COPY:.*]](%arg1)
// CHECK: %[[L:.*]] = call @linear_0(%[[C]],
// CHECK: %[[L2:.*]] = call @{{.*}}(%[[L]])
// CHECK: %[[A:.*]] = call @[[COPY]](%arg1)
// CHECK: return %[[Q]], %[[L]], %[[L2]], %[[A]]
func.func @main(%x: tensor<?x1x2x2xf32>, %y: tensor<?x3xui8>) -> (tensor<?x2x2x1xui8>, tensor<?x2xi32>, tensor<?x2xi32>, tensor<?x3xui8>) {
  %w = cnn.constant dense<1> : tensor<2x3xi8>
  %q = cnn.quantize %x {scale = 0.1 : f32, zero_point = 3 : i32, min = 0 : i32, max = 255 : i32, contract = #cnn.contract<fbgemm>} : (tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xui8>
  %v = cnn.reshape %q : (tensor<?x1x2x2xui8>) -> tensor<?x2x2x1xui8>
  %l = cnn.linear %y, %w : (tensor<?x3xui8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %v, %l, %l, %y : tensor<?x2x2x1xui8>, tensor<?x2xi32>, tensor<?x2xi32>, tensor<?x3xui8>
}

// -----

// Kernels and declarations are left alone.
// CHECK-LABEL: func.func private @kernel
// CHECK-NEXT: cnn.relu
// CHECK: func.func private @declared()
// CHECK-NOT: call
func.func private @kernel(%x: tensor<?x3xf32>) -> tensor<?x3xf32> attributes {codegen.kernel} {
  %0 = cnn.relu %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}
func.func private @declared()

// -----

// Scaled sums fit into 32 bits whatever the accumulators are: if no multiplier is 1 or more, and no bias makes up for it.
// CHECK-LABEL: func.func @main
// CHECK: func.func private @conv2d_0
// CHECK: cnn.requantize %{{.*}}, %{{.*}} {codegen.scaled_fits,
// CHECK: func.func private @conv2d_1
// CHECK: cnn.requantize
// CHECK-NOT: codegen.scaled_fits
// CHECK-SAME: : (
// CHECK: func.func private @conv2d_2
// CHECK: cnn.requantize
// CHECK-NOT: codegen.scaled_fits
// CHECK-SAME: : (
// CHECK: func.func private @conv2d_3
// CHECK: cnn.requantize
// CHECK-NOT: codegen.scaled_fits
// CHECK-SAME: : (
// CHECK: func.func private @conv2d_4
// CHECK: cnn.requantize %{{.*}}, %{{.*}} {max = 255 : i32, min = 0 : i32, zero_point = 5 : i32}
// CHECK-NOT: codegen.scaled_fits
func.func @main(%x: tensor<?x4x4x8xui8>, %n: tensor<2xf32>) -> (tensor<?x4x4x2xui8>, tensor<?x4x4x2xui8>, tensor<?x4x4x2xui8>, tensor<?x4x4x2xui8>, tensor<?x4x4x2xui8>) {
  %w = cnn.constant dense<1> : tensor<2x1x1x8xi8>
  %small = cnn.constant dense<[0.5, 0.99]> : tensor<2xf32>
  %nan = cnn.constant dense<[0x7FC00000, 0.5]> : tensor<2xf32>
  %large = cnn.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %bias = cnn.constant dense<[0.0, -1.0e9]> : tensor<2xf32>
  %a = cnn.conv2d %x, %w : (tensor<?x4x4x8xui8>, tensor<2x1x1x8xi8>) -> tensor<?x4x4x2xi32>
  %0 = cnn.requantize %a, %small {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x2xi32>, tensor<2xf32>) -> tensor<?x4x4x2xui8>
  %b = cnn.conv2d %x, %w : (tensor<?x4x4x8xui8>, tensor<2x1x1x8xi8>) -> tensor<?x4x4x2xi32>
  %1 = cnn.requantize %b, %large {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x2xi32>, tensor<2xf32>) -> tensor<?x4x4x2xui8>
  %c = cnn.conv2d %x, %w : (tensor<?x4x4x8xui8>, tensor<2x1x1x8xi8>) -> tensor<?x4x4x2xi32>
  %2 = cnn.requantize %c, %small, %bias {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x2xi32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x4x4x2xui8>
  %d = cnn.conv2d %x, %w : (tensor<?x4x4x8xui8>, tensor<2x1x1x8xi8>) -> tensor<?x4x4x2xi32>
  %3 = cnn.requantize %d, %n {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x2xi32>, tensor<2xf32>) -> tensor<?x4x4x2xui8>
  %e = cnn.conv2d %x, %w : (tensor<?x4x4x8xui8>, tensor<2x1x1x8xi8>) -> tensor<?x4x4x2xi32>
  %4 = cnn.requantize %e, %nan {zero_point = 5 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x2xi32>, tensor<2xf32>) -> tensor<?x4x4x2xui8>
  return %0, %1, %2, %3, %4 : tensor<?x4x4x2xui8>, tensor<?x4x4x2xui8>, tensor<?x4x4x2xui8>, tensor<?x4x4x2xui8>, tensor<?x4x4x2xui8>
}
