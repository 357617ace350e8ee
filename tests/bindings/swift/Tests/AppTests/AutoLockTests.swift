import Foundation
import Qingfeng
import Support
import Testing

@testable import QingfengApp

/// A clock that a test turns.
final class Clock: Sendable {
  private let time = Shared(Date(timeIntervalSince1970: 1_000_000))
  var now: Date { time.with { $0 } }
  func pass(_ seconds: TimeInterval) { time.with { $0 += seconds } }
}

struct AutoLockTests {
  let clock = Clock()
  let locked = Shared(0)
  let autoLock: AutoLock

  init() {
    autoLock = AutoLock(now: { [clock] in clock.now }) { [locked] in locked.with { $0 += 1 } }
  }

  var locks: Int { locked.with { $0 } }

  @Test(arguments: [(599.0, 0), (600, 1), (86_400, 1), (-1, 1)])
  func unused(seconds: TimeInterval, wanted: Int) {
    clock.pass(seconds)
    autoLock.use(attended: true)
    #expect(locks == wanted)
    clock.pass(599)
    autoLock.use(attended: true)  // a use begins anew
    #expect(locks == wanted)
  }

  @Test(arguments: [(59.0, 0), (60, 1), (86_400, 1), (-1, 1)])
  func left(seconds: TimeInterval, wanted: Int) {
    autoLock.leave()
    clock.pass(seconds)
    #expect(autoLock.back() == (wanted == 1))
    #expect(locks == wanted)
    clock.pass(599)
    autoLock.use(attended: true)
    #expect(locks == wanted)
  }

  @Test func whatPutsNothingOff() {
    clock.pass(590)
    autoLock.use(attended: false)
    autoLock.leave()
    autoLock.use(attended: true)
    #expect(locks == 0)
    clock.pass(10)
    autoLock.use(attended: false)
    #expect(locks == 1)
    clock.pass(600)
    autoLock.use(attended: true)  // once: its owner has not come back since
    #expect(locks == 1)
    #expect(autoLock.back())  // what its owner left is not what its owner finds
    #expect(!autoLock.back())
  }

  @Test func byItself() async throws {
    let unused = AutoLock(idleSeconds: 0.02) { [locked] in locked.with { $0 += 1 } }
    try await eventually("the unused one locks") { locks == 1 }
    unused.use(attended: true)
    try await eventually("it locks again") { locks == 2 }
    let wasLeft = AutoLock(leftSeconds: 0.02) { [locked] in locked.with { $0 += 1 } }
    wasLeft.leave()
    try await eventually("the one that was left locks") { locks == 3 }
    withExtendedLifetime((unused, wasLeft)) {}
  }
}
