// swift-tools-version: 6.0
import PackageDescription

// The cases of tests/bindings/cases in Swift, and a phone for swift_test.py.
let package = Package(
  name: "QingfengTests",
  platforms: [.macOS(.v13)],
  dependencies: [.package(name: "Qingfeng", path: "../../../mobile-bindings/ios")],
  targets: [
    .executableTarget(name: "Phone", dependencies: [.product(name: "Qingfeng", package: "Qingfeng")]),
    .testTarget(name: "CasesTests", dependencies: [.product(name: "Qingfeng", package: "Qingfeng")]),
  ],
  swiftLanguageModes: [.v6]
)
