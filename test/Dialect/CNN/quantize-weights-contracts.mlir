// The module's contract says how constants are rounded. 1.55 and 4.95 in steps of 0.1: times the float32 reciprocal they
// are 15.5 and 49.5, ties that go to the even 16 and 50; divided, they are 15.499999 and 49.499996.
// RUN: qcc-opt %s -cnn-quantize-weights -split-input-file | FileCheck %s

// CHECK: module attributes {cnn.contract = #cnn.contract<fbgemm>}
// CHECK: dense<[16, 50]> : tensor<2xi8>
module attributes {cnn.contract = #cnn.contract<fbgemm>} {
  func.func @main() -> tensor<2x!quant.uniform<i8:f32, 0.1>> {
    %w = cnn.constant dense<[1.55, 4.95]> : tensor<2xf32>
    %q = cnn.quantize %w : (tensor<2xf32>) -> tensor<2x!quant.uniform<i8:f32, 0.1>>
    return %q : tensor<2x!quant.uniform<i8:f32, 0.1>>
  }
}

// -----

// CHECK: module attributes {cnn.contract = #cnn.contract<qnnpack>}
// CHECK: dense<[16, 50]> : tensor<2xi8>
module attributes {cnn.contract = #cnn.contract<qnnpack>} {
  func.func @main() -> tensor<2x!quant.uniform<i8:f32, 0.1>> {
    %w = cnn.constant dense<[1.55, 4.95]> : tensor<2xf32>
    %q = cnn.quantize %w : (tensor<2xf32>) -> tensor<2x!quant.uniform<i8:f32, 0.1>>
    return %q : tensor<2x!quant.uniform<i8:f32, 0.1>>
  }
}

// -----

// CHECK: module attributes {cnn.contract = #cnn.contract<onnx>}
// CHECK: dense<[15, 49]> : tensor<2xi8>
module attributes {cnn.contract = #cnn.contract<onnx>} {
  func.func @main() -> tensor<2x!quant.uniform<i8:f32, 0.1>> {
    %w = cnn.constant dense<[1.55, 4.95]> : tensor<2xf32>
    %q = cnn.quantize %w : (tensor<2xf32>) -> tensor<2x!quant.uniform<i8:f32, 0.1>>
    return %q : tensor<2x!quant.uniform<i8:f32, 0.1>>
  }
}
