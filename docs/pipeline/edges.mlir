// A network small enough to follow by hand: two edge detectors on a 4x4 image, then a vote. What docs/pipeline.md shows.
func.func @main(%image: tensor<?x4x4x1xf32> {cnn.name = "image"}) -> (tensor<?x2xf32> {cnn.name = "scores"}) {
  %edges = cnn.constant dense<[[[[-1.0], [0.0], [1.0]], [[-1.0], [0.0], [1.0]], [[-1.0], [0.0], [1.0]]],
                               [[[-0.5], [-0.5], [-0.5]], [[0.0], [0.0], [0.0]], [[0.5], [0.5], [0.5]]]]>
    : tensor<2x3x3x1xf32>
  %offset = cnn.constant dense<[0.0, 0.25]> : tensor<2xf32>
  %0 = cnn.conv2d %image, %edges, %offset {cnn.name = "conv", padding = array<i64: 1, 1, 1, 1>}
    : (tensor<?x4x4x1xf32>, tensor<2x3x3x1xf32>, tensor<2xf32>) -> tensor<?x4x4x2xf32>
  %1 = cnn.relu %0 {cnn.name = "relu"} : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  %2 = cnn.max_pool2d %1 {cnn.name = "pool", kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
    : (tensor<?x4x4x2xf32>) -> tensor<?x2x2x2xf32>
  %3 = cnn.flatten %2 {cnn.name = "flatten"} : (tensor<?x2x2x2xf32>) -> tensor<?x8xf32>
  %votes = cnn.constant dense<[[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                               [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]]> : tensor<2x8xf32>
  %4 = cnn.linear %3, %votes {cnn.name = "vote"} : (tensor<?x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  return %4 : tensor<?x2xf32>
}
