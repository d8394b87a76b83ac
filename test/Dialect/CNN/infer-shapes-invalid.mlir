// RUN: qcc-opt %s -cnn-infer-shapes=batch=8 -split-input-file -verify-diagnostics
// RUN: not qcc-opt %s -cnn-infer-shapes=batch=-1 -split-input-file 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: batch must not be negative, but is -1

// expected-error @+1 {{argument 1 has a batch of 4 already; it cannot become 8}}
func.func @main(%x: tensor<?x4xf32>, %y: tensor<4x4xf32>) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}

// -----

// Sizes that were unknown turn out not to go together.
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c = cnn.constant dense<1.0> : tensor<3x4xf32>
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // expected-error @+1 {{'cnn.add' op dimension 0 is 8 on one side and 3 on the other}}
  %1 = cnn.add %0, %c : (tensor<?x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<?x4xf32>
}
