// RUN: qcc-opt %s -qcc-verify-no-quant-types -allow-unregistered-dialect -split-input-file -verify-diagnostics

!q = !quant.uniform<u8:f32, 0.1:3>

// expected-error @below {{still has the quantized type '!quant.uniform<u8:f32, 1.000000e-01:3>'; run cnn-lower-quantized before bufferization}}
func.func private @signature(tensor<4x!q>)

// -----

!q = !quant.uniform<u8:f32, 0.1:3>

func.func @values(%x: tensor<4xf32>) {
  // expected-error @below {{still has the quantized type}}
  %y = quant.qcast %x : tensor<4xf32> to tensor<4x!q>
  // expected-error @below {{still has the quantized type}}
  "test.use"(%y) : (tensor<4x!q>) -> ()
  return
}

// -----

!q = !quant.uniform<u8:f32, 0.1:3>

func.func @attribute() {
  // expected-error @below {{still has the quantized type}}
  "test.op"() {nested = [{type = tensor<4x!q>}]} : () -> ()
  return
}

// -----

!q = !quant.uniform<u8:f32, 0.1:3>

func.func @block_argument() {
  // expected-error @below {{still has the quantized type}}
  "test.op"() ({
  ^bb0(%x: tensor<4x!q>):
    "test.end"() : () -> ()
  }) : () -> ()
  return
}

// -----

// Nothing to find.

func.func @clean(%x: tensor<4xui8>) -> tensor<4xui8> {
  return %x : tensor<4xui8>
}
