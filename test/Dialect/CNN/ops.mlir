// Every operation at every level, through text and through bytecode.
// RUN: qcc-opt %s | qcc-opt | FileCheck %s
// RUN: qcc-opt %s --emit-bytecode | qcc-opt | FileCheck %s
// RUN: qcc-opt %s -o %t.mlir && qcc-opt %s --emit-bytecode | qcc-opt -o %t.bc.mlir && diff %t.mlir %t.bc.mlir
// RUN: qcc-opt %s --mlir-print-op-generic | qcc-opt -o %t.generic.mlir && diff %t.mlir %t.generic.mlir

// CHECK: module @everything attributes {cnn.contract = #cnn.contract<qnnpack>,
// CHECK-SAME: cnn.preprocessing = #cnn.preprocessing<divisor = 2.550000e+02, mean = [5.000000e-01, -1.000000e+00], std = [2.500000e-01, 2.000000e+00]>,
// CHECK-SAME: cnn.qconfig = "qnnpack"}
module @everything attributes {
    cnn.contract = #cnn.contract<qnnpack>,
    cnn.preprocessing = #cnn.preprocessing<divisor = 255.0, mean = [0.5, -1.0], std = [0.25, 2.0]>,
    cnn.qconfig = "qnnpack"} {

// CHECK: attributes {cnn.contract = #cnn.contract<fbgemm>, cnn.preprocessing = #cnn.preprocessing<divisor = 1.000000e+00, mean = [], std = []>}
module attributes {cnn.contract = #cnn.contract<fbgemm>, cnn.preprocessing = #cnn.preprocessing<divisor = 1.0, mean = [], std = []>} {}
// CHECK: attributes {cnn.contract = #cnn.contract<onnx>}
module attributes {cnn.contract = #cnn.contract<onnx>} {}

//===----------------------------------------------------------------------===//
// Float
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @float_weighted(
// CHECK-SAME: {cnn.name = "x"}) -> (tensor<?x2xf32> {cnn.name = "y"})
func.func @float_weighted(%x: tensor<?x8x8x4xf32> {cnn.name = "x"}) -> (tensor<?x2xf32> {cnn.name = "y"}) {
  // CHECK: %[[W:.*]] = cnn.constant dense<5.000000e-01> : tensor<6x3x3x2xf32>
  %w = cnn.constant dense<0.5> : tensor<6x3x3x2xf32>
  // CHECK: %[[B:.*]] = cnn.constant {note = "kept"} dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00]> : tensor<6xf32>
  %b = cnn.constant {note = "kept"} dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf32>
  // CHECK: cnn.conv2d %{{.*}}, %[[W]], %[[B]] {activation = #cnn.activation<clamp, -1.000000e+00, 6.000000e+00>, cnn.keep_float, cnn.name = "conv",
  // CHECK-SAME: dilations = array<i64: 1, 2>, groups = 2 : i64, padding = array<i64: 1, 2, 3, 4>, strides = array<i64: 2, 1>}
  // CHECK-SAME: : (tensor<?x8x8x4xf32>, tensor<6x3x3x2xf32>, tensor<6xf32>) -> tensor<?x5x11x6xf32>
  %0 = cnn.conv2d %x, %w, %b {activation = #cnn.activation<clamp, -1.0, 6.0>, cnn.keep_float, cnn.name = "conv",
      dilations = array<i64: 1, 2>, groups = 2 : i64, padding = array<i64: 1, 2, 3, 4>, strides = array<i64: 2, 1>}
      : (tensor<?x8x8x4xf32>, tensor<6x3x3x2xf32>, tensor<6xf32>) -> tensor<?x5x11x6xf32>
  // CHECK: cnn.flatten %{{.*}} : (tensor<?x5x11x6xf32>) -> tensor<?x330xf32>
  %1 = cnn.flatten %0 : (tensor<?x5x11x6xf32>) -> tensor<?x330xf32>
  // CHECK: %[[R:.*]] = cnn.constant dense<2.500000e-01> : tensor<2x330xf32>
  %r = cnn.constant dense<0.25> : tensor<2x330xf32>
  // Without a bias.
  // CHECK: cnn.linear %{{.*}}, %[[R]] {activation = #cnn.activation<relu>} : (tensor<?x330xf32>, tensor<2x330xf32>) -> tensor<?x2xf32>
  %2 = cnn.linear %1, %r {activation = #cnn.activation<relu>} : (tensor<?x330xf32>, tensor<2x330xf32>) -> tensor<?x2xf32>
  return %2 : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @float_activations
func.func @float_activations(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // CHECK: cnn.relu %{{.*}} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: cnn.clamp %{{.*}} {max = 6.000000e+00 : f32, min = 0.000000e+00 : f32}
  %1 = cnn.clamp %0 {min = 0.0 : f32, max = 6.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: cnn.leaky_relu %{{.*}} {alpha = 0.00999999977 : f32}
  %2 = cnn.leaky_relu %1 {alpha = 0.01 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: cnn.sigmoid %{{.*}} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = cnn.sigmoid %2 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: cnn.hard_swish %{{.*}} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = cnn.hard_swish %3 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: cnn.softmax %{{.*}} {axis = 1 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %5 = cnn.softmax %4 {axis = 1 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %5 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @float_pools
func.func @float_pools(%x: tensor<2x9x9x3xf32>) -> tensor<2x1x1x3xf32> {
  // CHECK: cnn.max_pool2d %{{.*}} {dilations = array<i64: 2, 1>, kernel = array<i64: 2, 3>, padding = array<i64: 0, 1, 2, 0>, strides = array<i64: 1, 2>}
  // CHECK-SAME: -> tensor<2x8x5x3xf32>
  %0 = cnn.max_pool2d %x {kernel = array<i64: 2, 3>, strides = array<i64: 1, 2>, padding = array<i64: 0, 1, 2, 0>,
      dilations = array<i64: 2, 1>} : (tensor<2x9x9x3xf32>) -> tensor<2x8x5x3xf32>
  // CHECK: cnn.avg_pool2d %{{.*}} {counted_padding = array<i64: 1, 0, 1, 0>, kernel = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>}
  // CHECK-SAME: -> tensor<2x9x6x3xf32>
  %1 = cnn.avg_pool2d %0 {kernel = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>, counted_padding = array<i64: 1, 0, 1, 0>}
      : (tensor<2x8x5x3xf32>) -> tensor<2x9x6x3xf32>
  // CHECK: cnn.global_avg_pool %{{.*}} : (tensor<2x9x6x3xf32>) -> tensor<2x1x1x3xf32>
  %2 = cnn.global_avg_pool %1 : (tensor<2x9x6x3xf32>) -> tensor<2x1x1x3xf32>
  return %2 : tensor<2x1x1x3xf32>
}

// CHECK-LABEL: func.func @float_several_inputs
func.func @float_several_inputs(%x: tensor<?x4x4x2xf32>, %y: tensor<1x1x1x2xf32>) -> tensor<?x4x4x4xf32> {
  // CHECK: cnn.add %{{.*}}, %{{.*}} {activation = #cnn.activation<relu>} : (tensor<?x4x4x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x4x4x2xf32>
  %0 = cnn.add %x, %y {activation = #cnn.activation<relu>} : (tensor<?x4x4x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x4x4x2xf32>
  // CHECK: cnn.mul %{{.*}}, %{{.*}} : (tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  %1 = cnn.mul %x, %0 : (tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  // CHECK: cnn.concat %{{.*}}, %{{.*}} {axis = 3 : i64} : (tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>) -> tensor<?x4x4x4xf32>
  %2 = cnn.concat %0, %1 {axis = 3 : i64} : (tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>) -> tensor<?x4x4x4xf32>
  return %2 : tensor<?x4x4x4xf32>
}

// CHECK-LABEL: func.func @float_shape
func.func @float_shape(%x: tensor<?x1x4x6xf32>) -> tensor<?x6x8x1xf32> {
  // CHECK: cnn.reshape %{{.*}} : (tensor<?x1x4x6xf32>) -> tensor<?x4x6x1xf32>
  %0 = cnn.reshape %x : (tensor<?x1x4x6xf32>) -> tensor<?x4x6x1xf32>
  // CHECK: cnn.transpose %{{.*}} {permutation = array<i64: 0, 2, 1, 3>} : (tensor<?x4x6x1xf32>) -> tensor<?x6x4x1xf32>
  %1 = cnn.transpose %0 {permutation = array<i64: 0, 2, 1, 3>} : (tensor<?x4x6x1xf32>) -> tensor<?x6x4x1xf32>
  // CHECK: cnn.pad %{{.*}} {high = array<i64: 0, 0, 3, 0>, low = array<i64: 0, 0, 1, 0>, value = -5.000000e-01 : f32}
  %2 = cnn.pad %1 {low = array<i64: 0, 0, 1, 0>, high = array<i64: 0, 0, 3, 0>, value = -0.5 : f32} : (tensor<?x6x4x1xf32>) -> tensor<?x6x8x1xf32>
  return %2 : tensor<?x6x8x1xf32>
}

// CHECK-LABEL: func.func @batch_norm
func.func @batch_norm(%x: tensor<?x4x4x2xf32>, %c: tensor<2xf32>) -> tensor<?x4x4x2xf32> {
  // CHECK: cnn.batch_norm %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {epsilon = 9.99999974E-6 : f32}
  %0 = cnn.batch_norm %x, %c, %c, %c, %c {epsilon = 1.0e-5 : f32}
      : (tensor<?x4x4x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x4x4x2xf32>
  return %0 : tensor<?x4x4x2xf32>
}

//===----------------------------------------------------------------------===//
// Quantized
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @quantized
func.func @quantized(%x: tensor<?x6x6x2xf32>) -> tensor<?x3xf32> {
  // CHECK: cnn.quantize %{{.*}} : (tensor<?x6x6x2xf32>) -> tensor<?x6x6x2x!quant.uniform<u8:f32, 1.000000e-01:3>>
  %q = cnn.quantize %x : (tensor<?x6x6x2xf32>) -> tensor<?x6x6x2x!quant.uniform<u8:f32, 0.1:3>>
  // CHECK: cnn.constant dense<1> : tensor<2x3x3x2xi8> as tensor<2x3x3x2x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>
  %w = cnn.constant dense<1> : tensor<2x3x3x2xi8> as tensor<2x3x3x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  // CHECK: cnn.constant dense<[7, -7]> : tensor<2xi32> as tensor<2x!quant.uniform<i32:f32:0, {5.000000e-02,2.500000e-02}>>
  %b = cnn.constant dense<[7, -7]> : tensor<2xi32> as tensor<2x!quant.uniform<i32:f32:0, {0.05, 0.025}>>
  // CHECK: cnn.conv2d %{{.*}}, %{{.*}}, %{{.*}} {padding = array<i64: 1, 1, 1, 1>}
  %0 = cnn.conv2d %q, %w, %b {padding = array<i64: 1, 1, 1, 1>}
      : (tensor<?x6x6x2x!quant.uniform<u8:f32, 0.1:3>>, tensor<2x3x3x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>,
         tensor<2x!quant.uniform<i32:f32:0, {0.05, 0.025}>>) -> tensor<?x6x6x2x!quant.uniform<u8:f32, 0.2>>
  // CHECK: cnn.max_pool2d
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : (tensor<?x6x6x2x!quant.uniform<u8:f32, 0.2>>) -> tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>
  // CHECK: cnn.relu
  %2 = cnn.relu %1 : (tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>) -> tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>
  // CHECK: cnn.clamp %{{.*}} {max = 6.000000e+00 : f32, min = 0.000000e+00 : f32}
  %3 = cnn.clamp %2 {min = 0.0 : f32, max = 6.0 : f32} : (tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>) -> tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>
  // CHECK: cnn.sigmoid
  %4 = cnn.sigmoid %3 : (tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>) -> tensor<?x3x3x2x!quant.uniform<i8:f32, 3.906250e-03:-128>>
  // CHECK: cnn.leaky_relu
  %5 = cnn.leaky_relu %3 {alpha = 0.5 : f32} : (tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>) -> tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>
  // CHECK: cnn.hard_swish
  %6 = cnn.hard_swish %3 : (tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>) -> tensor<?x3x3x2x!quant.uniform<u8:f32, 0.4>>
  // CHECK: cnn.add {{.*}} {activation = #cnn.activation<relu>}
  %7 = cnn.add %4, %5 {activation = #cnn.activation<relu>}
      : (tensor<?x3x3x2x!quant.uniform<i8:f32, 3.906250e-03:-128>>, tensor<?x3x3x2x!quant.uniform<u8:f32, 0.2>>) -> tensor<?x3x3x2x!quant.uniform<u8:f32, 0.3:9>>
  // CHECK: cnn.mul
  %8 = cnn.mul %7, %6 : (tensor<?x3x3x2x!quant.uniform<u8:f32, 0.3:9>>, tensor<?x3x3x2x!quant.uniform<u8:f32, 0.4>>) -> tensor<?x3x3x2x!quant.uniform<u8:f32, 0.3:9>>
  // CHECK: cnn.concat
  %9 = cnn.concat %7, %8 {axis = 3 : i64} : (tensor<?x3x3x2x!quant.uniform<u8:f32, 0.3:9>>, tensor<?x3x3x2x!quant.uniform<u8:f32, 0.3:9>>) -> tensor<?x3x3x4x!quant.uniform<u8:f32, 0.5:9>>
  // CHECK: cnn.pad %{{.*}} {high = array<i64: 0, 1, 0, 0>, low = array<i64: 0, 0, 0, 0>, value = 0.000000e+00 : f32}
  %10 = cnn.pad %9 {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 1, 0, 0>, value = 0.0 : f32} : (tensor<?x3x3x4x!quant.uniform<u8:f32, 0.5:9>>) -> tensor<?x4x3x4x!quant.uniform<u8:f32, 0.5:9>>
  // CHECK: cnn.avg_pool2d
  %11 = cnn.avg_pool2d %10 {kernel = array<i64: 2, 1>} : (tensor<?x4x3x4x!quant.uniform<u8:f32, 0.5:9>>) -> tensor<?x3x3x4x!quant.uniform<u8:f32, 0.5:1>>
  // CHECK: cnn.transpose
  %12 = cnn.transpose %11 {permutation = array<i64: 0, 3, 1, 2>} : (tensor<?x3x3x4x!quant.uniform<u8:f32, 0.5:1>>) -> tensor<?x4x3x3x!quant.uniform<u8:f32, 0.5:1>>
  // CHECK: cnn.reshape
  %13 = cnn.reshape %12 : (tensor<?x4x3x3x!quant.uniform<u8:f32, 0.5:1>>) -> tensor<?x3x3x4x!quant.uniform<u8:f32, 0.5:1>>
  // CHECK: cnn.global_avg_pool
  %14 = cnn.global_avg_pool %13 : (tensor<?x3x3x4x!quant.uniform<u8:f32, 0.5:1>>) -> tensor<?x1x1x4x!quant.uniform<u8:f32, 0.5:2>>
  // CHECK: cnn.flatten
  %15 = cnn.flatten %14 : (tensor<?x1x1x4x!quant.uniform<u8:f32, 0.5:2>>) -> tensor<?x4x!quant.uniform<u8:f32, 0.5:2>>
  %v = cnn.constant dense<2> : tensor<3x4xui8> as tensor<3x4x!quant.uniform<u8:f32, 0.5:1>>
  %c = cnn.constant dense<0.5> : tensor<3xf32>
  // CHECK: cnn.linear %{{.*}}, %{{.*}}, %{{.*}} : (tensor<?x4x!quant.uniform<u8:f32, 5.000000e-01:2>>, tensor<3x4x!quant.uniform<u8:f32, 5.000000e-01:1>>, tensor<3xf32>)
  %16 = cnn.linear %15, %v, %c : (tensor<?x4x!quant.uniform<u8:f32, 0.5:2>>, tensor<3x4x!quant.uniform<u8:f32, 0.5:1>>, tensor<3xf32>)
      -> tensor<?x3x!quant.uniform<u8:f32, 0.75>>
  // CHECK: cnn.dequantize %{{.*}} : (tensor<?x3x!quant.uniform<u8:f32, 7.500000e-01>>) -> tensor<?x3xf32>
  %17 = cnn.dequantize %16 : (tensor<?x3x!quant.uniform<u8:f32, 0.75>>) -> tensor<?x3xf32>
  return %17 : tensor<?x3xf32>
}

//===----------------------------------------------------------------------===//
// Integer
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @integer
func.func @integer(%x: tensor<?x6x6x2xf32>) -> tensor<?x3xf32> {
  // CHECK: cnn.quantize %{{.*}} {contract = #cnn.contract<fbgemm>, max = 255 : i32, min = 3 : i32, scale = 1.000000e-01 : f32, zero_point = 3 : i32}
  // CHECK-SAME: -> tensor<?x6x6x2xui8>
  %q = cnn.quantize %x {scale = 0.1 : f32, zero_point = 3 : i32, min = 3 : i32, max = 255 : i32, contract = #cnn.contract<fbgemm>}
      : (tensor<?x6x6x2xf32>) -> tensor<?x6x6x2xui8>
  %w = cnn.constant dense<1> : tensor<2x3x3x2xi8>
  %b = cnn.constant dense<[7, -7]> : tensor<2xi32>
  // CHECK: cnn.conv2d %{{.*}}, %{{.*}}, %{{.*}} {bounds = #cnn.bounds<accumulator = [-4590, 4597], pair = [0, 510]>, pad_value = 3 : i64, padding = array<i64: 1, 1, 1, 1>}
  // CHECK-SAME: : (tensor<?x6x6x2xui8>, tensor<2x3x3x2xi8>, tensor<2xi32>) -> tensor<?x6x6x2xi32>
  %0 = cnn.conv2d %q, %w, %b {pad_value = 3 : i64, padding = array<i64: 1, 1, 1, 1>, bounds = #cnn.bounds<accumulator = [-4590, 4597], pair = [0, 510]>}
      : (tensor<?x6x6x2xui8>, tensor<2x3x3x2xi8>, tensor<2xi32>) -> tensor<?x6x6x2xi32>
  // CHECK: cnn.max_pool2d {{.*}} : (tensor<?x6x6x2xi32>) -> tensor<?x3x3x2xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x6x6x2xi32>) -> tensor<?x3x3x2xi32>
  %m = cnn.constant dense<[0.5, 0.25]> : tensor<2xf32>
  // CHECK: cnn.requantize %{{.*}}, %{{.*}}, %{{.*}} {max = 127 : i32, min = -128 : i32, zero_point = -5 : i32}
  // CHECK-SAME: : (tensor<?x3x3x2xi32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x3x3x2xi8>
  %2 = cnn.requantize %1, %m, %m {zero_point = -5 : i32, min = -128 : i32, max = 127 : i32}
      : (tensor<?x3x3x2xi32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x3x3x2xi8>
  // CHECK: cnn.clamp %{{.*}} {max = 100 : i32, min = -5 : i32} : (tensor<?x3x3x2xi8>) -> tensor<?x3x3x2xi8>
  %3 = cnn.clamp %2 {min = -5 : i32, max = 100 : i32} : (tensor<?x3x3x2xi8>) -> tensor<?x3x3x2xi8>
  // CHECK: cnn.pad %{{.*}} {high = array<i64: 0, 0, 1, 0>, low = array<i64: 0, 0, 0, 0>, value = -5 : i32}
  %4 = cnn.pad %3 {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 0, 1, 0>, value = -5 : i32} : (tensor<?x3x3x2xi8>) -> tensor<?x3x4x2xi8>
  // CHECK: cnn.sum_pool2d %{{.*}} {kernel = array<i64: 2, 2>, padding = array<i64: 1, 0, 0, 0>, strides = array<i64: 1, 2>, zero_point = -5 : i32}
  // CHECK-SAME: : (tensor<?x3x4x2xi8>) -> tensor<?x3x2x2xi32>
  %5 = cnn.sum_pool2d %4 {kernel = array<i64: 2, 2>, padding = array<i64: 1, 0, 0, 0>, strides = array<i64: 1, 2>, zero_point = -5 : i32}
      : (tensor<?x3x4x2xi8>) -> tensor<?x3x2x2xi32>
  // A multiplier for each position.
  %p = cnn.constant dense<0.25> : tensor<3x2x1xf32>
  // CHECK: cnn.requantize %{{.*}}, %{{.*}} {{.*}} : (tensor<?x3x2x2xi32>, tensor<3x2x1xf32>) -> tensor<?x3x2x2xui8>
  %6 = cnn.requantize %5, %p {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x3x2x2xi32>, tensor<3x2x1xf32>) -> tensor<?x3x2x2xui8>
  %t = cnn.constant dense<9> : tensor<256xui8>
  // CHECK: cnn.lookup %{{.*}}, %{{.*}} : (tensor<?x3x2x2xui8>, tensor<256xui8>) -> tensor<?x3x2x2xui8>
  %7 = cnn.lookup %6, %t : (tensor<?x3x2x2xui8>, tensor<256xui8>) -> tensor<?x3x2x2xui8>
  // CHECK: cnn.concat {{.*}} : (tensor<?x3x2x2xui8>, tensor<?x3x2x2xui8>) -> tensor<?x3x2x4xui8>
  %8 = cnn.concat %6, %7 {axis = 3 : i64} : (tensor<?x3x2x2xui8>, tensor<?x3x2x2xui8>) -> tensor<?x3x2x4xui8>
  // CHECK: cnn.reshape {{.*}} : (tensor<?x3x2x4xui8>) -> tensor<?x2x3x4xui8>
  %9 = cnn.reshape %8 : (tensor<?x3x2x4xui8>) -> tensor<?x2x3x4xui8>
  // CHECK: cnn.transpose {{.*}} -> tensor<?x4x2x3xui8>
  %10 = cnn.transpose %9 {permutation = array<i64: 0, 3, 1, 2>} : (tensor<?x2x3x4xui8>) -> tensor<?x4x2x3xui8>
  // CHECK: cnn.flatten {{.*}} -> tensor<?x24xui8>
  %11 = cnn.flatten %10 : (tensor<?x4x2x3xui8>) -> tensor<?x24xui8>
  %v = cnn.constant dense<-300> : tensor<3x24xi16>
  // Weights of 16 bits, accumulators of 64.
  // CHECK: cnn.linear %{{.*}}, %{{.*}} : (tensor<?x24xui8>, tensor<3x24xi16>) -> tensor<?x3xi64>
  %12 = cnn.linear %11, %v : (tensor<?x24xui8>, tensor<3x24xi16>) -> tensor<?x3xi64>
  %o = cnn.constant dense<0.125> : tensor<1xf32>
  // CHECK: cnn.requantize %{{.*}}, %{{.*}} {{.*}} : (tensor<?x3xi64>, tensor<1xf32>) -> tensor<?x3xui8>
  %13 = cnn.requantize %12, %o {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x3xi64>, tensor<1xf32>) -> tensor<?x3xui8>
  // CHECK: cnn.dequantize %{{.*}} {scale = 2.500000e-01 : f32, zero_point = 3 : i32} : (tensor<?x3xui8>) -> tensor<?x3xf32>
  %14 = cnn.dequantize %13 {scale = 0.25 : f32, zero_point = 3 : i32} : (tensor<?x3xui8>) -> tensor<?x3xf32>
  return %14 : tensor<?x3xf32>
}
}
