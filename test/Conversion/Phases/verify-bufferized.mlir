// RUN: qcc-opt %s -qcc-verify-bufferized -allow-unregistered-dialect -split-input-file -verify-diagnostics

// expected-error @below {{still has a tensor after bufferization}}
func.func private @signature(memref<4xf32>) -> tensor<4xf32>

// -----

func.func @value(%x: memref<4xf32>) {
  // expected-error @below {{still has a tensor after bufferization}}
  %y = bufferization.to_tensor %x : memref<4xf32> to tensor<4xf32>
  return
}

// -----

func.func @block_argument() {
  // expected-error @below {{still has a tensor after bufferization}}
  "test.op"() ({
  ^bb0(%x: tensor<4xf32>):
    "test.end"() : () -> ()
  }) : () -> ()
  return
}

// -----

// The value of a global is a tensor; that is how it holds its data.

memref.global "private" constant @weights : memref<2xf32> = dense<[1.0, 2.0]>
func.func @clean(%x: memref<4xf32>) -> memref<4xf32> {
  return %x : memref<4xf32>
}
