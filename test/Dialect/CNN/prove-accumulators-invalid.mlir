// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-prove-accumulators))' -split-input-file -verify-diagnostics

func.func @weights(%x: tensor<?x1xui8>, %w: tensor<1x1xi8>) -> tensor<?x1xi32> {
  // expected-error @+1 {{weights and bias must be constants for its accumulators to be bounded}}
  %0 = cnn.linear %x, %w : (tensor<?x1xui8>, tensor<1x1xi8>) -> tensor<?x1xi32>
  return %0 : tensor<?x1xi32>
}

// -----

func.func @bias(%x: tensor<?x1xui8>, %b: tensor<1xi32>) -> tensor<?x1xi32> {
  %w = cnn.constant dense<1> : tensor<1x1xi8>
  // expected-error @+1 {{weights and bias must be constants for its accumulators to be bounded}}
  %0 = cnn.linear %x, %w, %b : (tensor<?x1xui8>, tensor<1x1xi8>, tensor<1xi32>) -> tensor<?x1xi32>
  return %0 : tensor<?x1xi32>
}

// -----

func.func @returned(%x: tensor<?x1xui8>) -> tensor<?x1xi32> {
  %w = cnn.constant dense<1> : tensor<1x1xi8>
  %b = cnn.constant dense<2147483647> : tensor<1xi32>
  // expected-error @+1 {{its accumulators may overflow 32 bits, and it is used where they cannot be wider}}
  %0 = cnn.linear %x, %w, %b : (tensor<?x1xui8>, tensor<1x1xi8>, tensor<1xi32>) -> tensor<?x1xi32>
  return %0 : tensor<?x1xi32>
}

// -----

func.func @pooled_and_returned(%x: tensor<?x2x2x1xui8>) -> tensor<?x1x1x1xi32> {
  %w = cnn.constant dense<1> : tensor<1x1x1x1xi8>
  %b = cnn.constant dense<2147483647> : tensor<1xi32>
  // expected-error @+1 {{its accumulators may overflow 32 bits, and it is used where they cannot be wider}}
  %0 = cnn.conv2d %x, %w, %b : (tensor<?x2x2x1xui8>, tensor<1x1x1x1xi8>, tensor<1xi32>) -> tensor<?x2x2x1xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>} : (tensor<?x2x2x1xi32>) -> tensor<?x1x1x1xi32>
  return %1 : tensor<?x1x1x1xi32>
}
