// A convolution of 3x3 taps, 32 channels in and 64 out, and its requantization, at the integer level.
func.func @main(%x: tensor<?x28x28x32xui8> {cnn.name = "x"}) -> (tensor<?x28x28x64xui8> {cnn.name = "y"}) {
  %w = cnn.constant dense<1> : tensor<64x3x3x32xi8>
  %m = cnn.constant dense<1.562500e-02> : tensor<64xf32>
  %a = cnn.conv2d %x, %w {padding = array<i64: 1, 1, 1, 1>} : (tensor<?x28x28x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x28x28x64xi32>
  %y = cnn.requantize %a, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x28x28x64xi32>, tensor<64xf32>) -> tensor<?x28x28x64xui8>
  return %y : tensor<?x28x28x64xui8>
}
