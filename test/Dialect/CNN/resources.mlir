// Weights as resources: a name in the text, raw bytes in bytecode, and the same numbers to every pass.
// RUN: qcc-opt %s | qcc-opt | FileCheck %s
// RUN: qcc-opt %s --emit-bytecode -o %t.mlirbc && qcc-opt %t.mlirbc | FileCheck %s
// RUN: qcc-opt %s -cnn-quantize-weights | FileCheck %s --check-prefix=CODES
// RUN: qcc-opt %s --emit-bytecode | qcc-opt -cnn-quantize-weights | FileCheck %s --check-prefix=CODES
// RUN: not qcc-opt %s -cnn-lower-quantized 2>&1 | FileCheck %s --check-prefix=SHORT

// CHECK-LABEL: func.func @use
// CHECK: cnn.constant dense_resource<w> : tensor<2x2xf32>
// CHECK: cnn.constant dense_resource<codes> : tensor<2x2xi8> as tensor<2x2x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>

// 1, -1, 0.5 and 3 in steps of 0.5.
// CODES-LABEL: func.func @use
// CODES{LITERAL}: cnn.constant dense<[[2, -2], [1, 6]]> : tensor<2x2xi8> as
func.func @use() -> (tensor<2x2x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) {
  %w = cnn.constant dense_resource<w> : tensor<2x2xf32>
  %q = cnn.quantize %w : (tensor<2x2xf32>) -> tensor<2x2x!quant.uniform<i8:f32, 0.5>>
  %c = cnn.constant dense_resource<codes> : tensor<2x2xi8> as tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  return %q, %c : tensor<2x2x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
}

// A resource with too few bytes, and one that is not there: nothing reads past their ends.
// SHORT: error: weights must be constants to be lowered to integers
func.func @short(%x: tensor<1x4x!quant.uniform<u8:f32, 0.5>>) -> tensor<1x2x!quant.uniform<u8:f32, 0.5>> {
  %w = cnn.constant dense_resource<short> : tensor<2x4xi8> as tensor<2x4x!quant.uniform<i8:f32, 0.5>>
  %0 = cnn.linear %x, %w : (tensor<1x4x!quant.uniform<u8:f32, 0.5>>, tensor<2x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x!quant.uniform<u8:f32, 0.5>>
  return %0 : tensor<1x2x!quant.uniform<u8:f32, 0.5>>
}

// CODES-LABEL: func.func @absent
// CODES: cnn.constant dense_resource<absent> : tensor<4xf32>
// CODES: cnn.quantize
func.func @absent() -> tensor<4x!quant.uniform<i8:f32, 0.5>> {
  %w = cnn.constant dense_resource<absent> : tensor<4xf32>
  %q = cnn.quantize %w : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5>>
  return %q : tensor<4x!quant.uniform<i8:f32, 0.5>>
}

// The text ends with the bytes.
// CHECK-DAG: w: "0x040000000000803F000080BF0000003F00004040"
// CHECK-DAG: codes: "0x01000000010203FF"
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000080BF0000003F00004040",
      codes: "0x01000000010203FF",
      short: "0x010000000102"
    }
  }
#-}
