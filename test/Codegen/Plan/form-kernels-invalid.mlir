// RUN: qcc-opt %s --qcc-form-kernels --split-input-file --verify-diagnostics

func.func @f(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error@+1 {{is no layer of a network; only the reference lowering takes it}}
  %0 = func.call @f(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// -----

// expected-error@+1 {{only the first dimension, the batch, can be dynamic in optimized code}}
func.func @f(%x: tensor<?x?xf32>) -> tensor<1x3xf32> {
  %0 = cnn.constant dense<0.0> : tensor<1x3xf32>
  return %0 : tensor<1x3xf32>
}

// -----

// expected-error@+1 {{a network is one block of operations}}
func.func @f(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  cf.br ^bb1
^bb1:
  return %x : tensor<?x3xf32>
}
