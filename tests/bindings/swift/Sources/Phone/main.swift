import Foundation
import Qingfeng

// A phone, step by step, for swift_test.py: Phone enrol STORE, then Phone report STORE PHOTO. Standard input has the PIN in
// its first line, then the invitation or what to report.

struct Unmet: Error {
  let what: String
}

func check(_ holds: Bool, _ what: String) throws {
  if !holds { throw Unmet(what: what) }
}

/// The error of a call that must fail.
func errorOf(_ body: () async throws -> Void) async throws -> QingfengError {
  do {
    try await body()
  } catch let error as QingfengError {
    return error
  }
  throw Unmet(what: "it did not fail")
}

func enrol(store: String, invitation: String, pin: String) async throws {
  let client = try Client()
  let vault = VaultService(client)
  let opened = try await vault.open(.init(folder: store))
  try check(opened.session.state == .empty, "a new store is empty")
  let half = try await errorOf { try await vault.enrol(.init(invitation: "QF1:half", pin: pin)) }
  try check(half.reason == .invitation, "half an invitation: \(half)")
  let session = try await vault.enrol(.init(invitation: invitation, pin: pin)).session
  try check(session.state == .provisional, "enrolled, but \(session.state)")
  for try await _ in FieldService(client).sync() {}
  await client.close()
}

/// A wrong PIN is refused with its reason and with a wait that the error names, and the right one opens afterwards.
func mistypePin(store: String, pin: String) async throws {
  let client = try Client()
  let vault = VaultService(client)
  let opened = try await vault.open(.init(folder: store))
  try check(opened.session.state == .locked, "an enrolled store is locked")
  let locked = try await errorOf { try await FieldService(client).createDraft() }
  try check(locked.reason == .locked, "a draft in a locked store: \(locked)")
  let wrong = try await errorOf { try await vault.unlock(.init(pin: "something-else-entirely")) }
  try check(wrong.reason == .pinWrong && wrong.code == 16, "a wrong PIN: \(wrong)")
  try await Task.sleep(nanoseconds: wrong.retryAfterMs * 1_000_000)
  try await vault.unlock(.init(pin: pin))
  for try await _ in FieldService(client).sync() {}  // brings its certificate, and the key to seal to
  let session = try await vault.getSession().session
  try check(session.state == .active, "certified, but \(session.state)")
  await client.close()
}

/// What a draft holds comes back as it was saved: large numbers, enums, what is inside and what is not.
func keepADraft(store: String, pin: String) async throws {
  let client = try Client()
  let vault = VaultService(client)
  let field = FieldService(client)
  try await vault.open(.init(folder: store))
  try await vault.unlock(.init(pin: pin))
  let written = Report(
    stage: .publicNotice, title: "路上看到的", where: "城关镇 / 东门", people: [.init(name: "某某", post: "镇长")],
    onTheSpot: .init(stoppedAtUs: 9_007_199_254_740_993))
  let draft = try await field.createDraft(.init(report: written)).draft
  let kept = try await field.getDraft(.init(draftId: draft.draftId)).draft
  try check(kept.report.onTheSpot == written.onTheSpot && kept.report.people == written.people, "the draft has changed")
  try check(kept.report.where == written.where && kept.report.stage == .publicNotice && kept.savedAtUs > 0, "the draft has changed")
  let plain = try await field.createDraft(.init(report: .init(title: "没有看到"))).draft
  try check(!plain.report.hasOnTheSpot, "what was not set is there")
  for draft in [draft, plain] { try await field.discardDraft(.init(draftId: draft.draftId)) }
  await client.close()
}

let words = CommandLine.arguments
guard let pin = readLine(), let text = readLine() else { throw Unmet(what: "standard input has two lines") }
if words[1] == "enrol" {
  try await enrol(store: words[2], invitation: text, pin: pin)
} else {
  try await mistypePin(store: words[2], pin: pin)
  try await keepADraft(store: words[2], pin: pin)
  let item = try await report(store: words[2], pin: pin, photo: words[3], what: text)
  try check(item.state == .complete, "the report is only \(item.state)")
  try check(item.files.count == 1 && item.files[0].sentBytes == item.files[0].sealedBytes, "its file has not arrived")
  print("at \(item.position)")
}
