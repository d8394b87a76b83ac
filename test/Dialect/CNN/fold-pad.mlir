// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-fold-pad))' -split-input-file | FileCheck %s

// The pad's sizes are added to those of the layer: [top, bottom, left, right].
// CHECK-LABEL: func.func @into_conv
// CHECK-NOT: cnn.pad
// CHECK: cnn.conv2d %arg0, %arg1 {padding = array<i64: 2, 2, 4, 4>} : (tensor<?x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x8x12x1xf32>
func.func @into_conv(%x: tensor<?x4x4x1xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<?x8x12x1xf32> {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 2, 0>, high = array<i64: 0, 2, 3, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x7x9x1xf32>
  %1 = cnn.conv2d %0, %w {padding = array<i64: 1, 0, 2, 1>} : (tensor<?x7x9x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x8x12x1xf32>
  return %1 : tensor<?x8x12x1xf32>
}

// -----

// On quantized tensors, too: padding is the real value 0 there.
// CHECK-LABEL: func.func @into_quantized_conv
// CHECK-NOT: cnn.pad
// CHECK: cnn.conv2d {{.*}} {padding = array<i64: 1, 1, 1, 1>}
func.func @into_quantized_conv(%x: tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5:3>>, %w: tensor<1x3x3x1x!quant.uniform<i8:f32, 0.5>>)
    -> tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5:3>> {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 0.0 : f32}
      : (tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x6x6x1x!quant.uniform<u8:f32, 0.5:3>>
  %1 = cnn.conv2d %0, %w : (tensor<1x6x6x1x!quant.uniform<u8:f32, 0.5:3>>, tensor<1x3x3x1x!quant.uniform<i8:f32, 0.5>>)
      -> tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5:3>>
  return %1 : tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5:3>>
}

// -----

// Two pads one after the other; the first has another use and stays for it.
// CHECK-LABEL: func.func @two_pads
// CHECK: %[[P:.*]] = cnn.pad %arg0
// CHECK-NOT: cnn.pad
// CHECK: %[[Y:.*]] = cnn.conv2d %arg0, %arg1 {padding = array<i64: 1, 0, 0, 2>}
// CHECK: return %[[P]], %[[Y]]
func.func @two_pads(%x: tensor<?x4x4x1xf32>, %w: tensor<1x1x1x1xf32>) -> (tensor<?x5x4x1xf32>, tensor<?x5x6x1xf32>) {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x5x4x1xf32>
  %1 = cnn.pad %0 {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 0, 2, 0>, value = 0.0 : f32} : (tensor<?x5x4x1xf32>) -> tensor<?x5x6x1xf32>
  %2 = cnn.conv2d %1, %w : (tensor<?x5x6x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x5x6x1xf32>
  return %0, %2 : tensor<?x5x4x1xf32>, tensor<?x5x6x1xf32>
}

// -----

// What is not zeros around the image: another value, channels, codes, the batch.
// CHECK-LABEL: func.func @not_into_conv
// CHECK-COUNT-4: cnn.pad
func.func @not_into_conv(%x: tensor<1x4x4x1xf32>, %q: tensor<1x4x4x1xui8>, %w: tensor<1x1x1x1xf32>, %w2: tensor<1x1x1x2xf32>, %v: tensor<1x1x1x1xi8>)
    -> (tensor<1x5x4x1xf32>, tensor<1x4x4x1xf32>, tensor<1x5x4x1xi32>, tensor<2x4x4x1xf32>) {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 1.0 : f32} : (tensor<1x4x4x1xf32>) -> tensor<1x5x4x1xf32>
  %1 = cnn.conv2d %0, %w : (tensor<1x5x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x5x4x1xf32>
  %2 = cnn.pad %x {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 0, 0, 1>, value = 0.0 : f32} : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32>
  %3 = cnn.conv2d %2, %w2 : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x1xf32>
  %4 = cnn.pad %q {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0 : i32} : (tensor<1x4x4x1xui8>) -> tensor<1x5x4x1xui8>
  %5 = cnn.conv2d %4, %v : (tensor<1x5x4x1xui8>, tensor<1x1x1x1xi8>) -> tensor<1x5x4x1xi32>
  %6 = cnn.pad %x {low = array<i64: 1, 0, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<1x4x4x1xf32>) -> tensor<2x4x4x1xf32>
  %7 = cnn.conv2d %6, %w : (tensor<2x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<2x4x4x1xf32>
  return %1, %3, %5, %7 : tensor<1x5x4x1xf32>, tensor<1x4x4x1xf32>, tensor<1x5x4x1xi32>, tensor<2x4x4x1xf32>
}

// -----

// After a relu nothing is below 0, so that a 0 wins only where nothing else does.
// CHECK-LABEL: func.func @into_max_pool
// CHECK: %[[R:.*]] = cnn.relu
// CHECK-NOT: cnn.pad
// CHECK: cnn.max_pool2d %[[R]] {kernel = array<i64: 3, 3>, padding = array<i64: 1, 0, 1, 0>, strides = array<i64: 2, 2>}
func.func @into_max_pool(%x: tensor<?x4x4x1xf32>) -> tensor<?x2x2x1xf32> {
  %0 = cnn.relu %x : (tensor<?x4x4x1xf32>) -> tensor<?x4x4x1xf32>
  %1 = cnn.pad %0 {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x5x5x1xf32>
  %2 = cnn.max_pool2d %1 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>} : (tensor<?x5x5x1xf32>) -> tensor<?x2x2x1xf32>
  return %2 : tensor<?x2x2x1xf32>
}

// -----

// A value that may be negative; padding of its own; windows wholly in the padding.
// CHECK-LABEL: func.func @not_into_max_pool
// CHECK-COUNT-3: cnn.pad
func.func @not_into_max_pool(%x: tensor<?x4x4x1xf32>) -> (tensor<?x4x3x1xf32>, tensor<?x5x3x1xf32>, tensor<?x5x3x1xf32>) {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x5x4x1xf32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>} : (tensor<?x5x4x1xf32>) -> tensor<?x4x3x1xf32>
  %2 = cnn.relu %x : (tensor<?x4x4x1xf32>) -> tensor<?x4x4x1xf32>
  %3 = cnn.pad %2 {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x5x4x1xf32>
  %4 = cnn.max_pool2d %3 {kernel = array<i64: 2, 2>, padding = array<i64: 0, 1, 0, 0>} : (tensor<?x5x4x1xf32>) -> tensor<?x5x3x1xf32>
  %5 = cnn.pad %2 {low = array<i64: 0, 2, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x6x4x1xf32>
  %6 = cnn.max_pool2d %5 {kernel = array<i64: 2, 2>} : (tensor<?x6x4x1xf32>) -> tensor<?x5x3x1xf32>
  return %1, %4, %6 : tensor<?x4x3x1xf32>, tensor<?x5x3x1xf32>, tensor<?x5x3x1xf32>
}

// -----

// Zeros of a pad count in the mean.
// CHECK-LABEL: func.func @into_avg_pool
// CHECK-NOT: cnn.pad
// CHECK: cnn.avg_pool2d %arg0 {counted_padding = array<i64: 1, 1, 1, 0>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1, 1, 0>}
func.func @into_avg_pool(%x: tensor<?x4x4x1xf32>) -> tensor<?x4x3x1xf32> {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x5x5x1xf32>
  %1 = cnn.avg_pool2d %0 {kernel = array<i64: 3, 3>, padding = array<i64: 0, 1, 0, 0>, counted_padding = array<i64: 0, 1, 0, 0>} : (tensor<?x5x5x1xf32>) -> tensor<?x4x3x1xf32>
  return %1 : tensor<?x4x3x1xf32>
}

// -----

// The pool's own padding does not count, which a pad inside of it does; a pad as large as the window.
// CHECK-LABEL: func.func @not_into_avg_pool
// CHECK-COUNT-2: cnn.pad
func.func @not_into_avg_pool(%x: tensor<?x4x4x1xf32>) -> (tensor<?x5x3x1xf32>, tensor<?x5x3x1xf32>) {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x5x4x1xf32>
  %1 = cnn.avg_pool2d %0 {kernel = array<i64: 2, 2>, padding = array<i64: 0, 1, 0, 0>} : (tensor<?x5x4x1xf32>) -> tensor<?x5x3x1xf32>
  %2 = cnn.pad %x {low = array<i64: 0, 2, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x6x4x1xf32>
  %3 = cnn.avg_pool2d %2 {kernel = array<i64: 2, 2>} : (tensor<?x6x4x1xf32>) -> tensor<?x5x3x1xf32>
  return %1, %3 : tensor<?x5x3x1xf32>, tensor<?x5x3x1xf32>
}

// -----

// CHECK-LABEL: func.func @nothing_to_fold
// CHECK-NEXT: %[[C:.*]] = cnn.conv2d %arg0, %arg1 : (tensor<?x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x4x4x1xf32>
// CHECK-NEXT: return %[[C]]
func.func @nothing_to_fold(%x: tensor<?x4x4x1xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<?x4x4x1xf32> {
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x4x4x1xf32>
  return %0 : tensor<?x4x4x1xf32>
}
