// RUN: qcc-opt %s -convert-cnn-to-linalg -allow-unregistered-dialect -split-input-file -verify-diagnostics

func.func @quantized(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // expected-error @below {{is at the quantized level; run cnn-lower-quantized first}}
  %q = cnn.quantize %x : (tensor<?x8xf32>) -> tensor<?x8x!quant.uniform<u8:f32, 0.1:3>>
  %y = cnn.dequantize %q : (tensor<?x8x!quant.uniform<u8:f32, 0.1:3>>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// expected-error @below {{is at the quantized level; run cnn-lower-quantized first}}
func.func private @signature(tensor<?x8x!quant.uniform<u8:f32, 0.1:3>>)

// -----

func.func @constant() {
  // expected-error @below {{is at the quantized level; run cnn-lower-quantized first}}
  %w = cnn.constant dense<1> : tensor<4xi8> as tensor<4x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

// What the pass does not know must agree with the types that it produces.

func.func @unknown(%x: tensor<4xui8>) {
  // expected-error @below {{failed to legalize operation 'test.use'}}
  "test.use"(%x) : (tensor<4xui8>) -> ()
  return
}
