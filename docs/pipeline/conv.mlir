// One convolution of 3x3 taps over 4 channels, at the integer level.
func.func @main(%x: tensor<?x6x8x4xui8> {cnn.name = "x"}) -> (tensor<?x6x8x16xui8> {cnn.name = "y"}) {
  %w = cnn.constant dense<3> : tensor<16x3x3x4xi8>
  %m = cnn.constant dense<0.015625> : tensor<16xf32>
  %acc = cnn.conv2d %x, %w {padding = array<i64: 1, 1, 1, 1>, pad_value = 7 : i64}
      : (tensor<?x6x8x4xui8>, tensor<16x3x3x4xi8>) -> tensor<?x6x8x16xi32>
  %y = cnn.requantize %acc, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32}
      : (tensor<?x6x8x16xi32>, tensor<16xf32>) -> tensor<?x6x8x16xui8>
  return %y : tensor<?x6x8x16xui8>
}
