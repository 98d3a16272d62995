import { expect, test } from "vitest";
import { accountPolicy } from "./account-policy.ts";
import { HiveEditor } from "./hive-editor.ts";
import { RegType } from "./value-type.ts";

function policyOf(data: Uint8Array) {
  const editor = HiveEditor.create();
  editor.setValue(editor.createKey("SAM\\Domains\\Account"), "F", RegType.BINARY, data);
  return accountPolicy(editor.hive);
}

test("the policy, and nothing behind it", () => {
  const data = new Uint8Array(240).fill(0xee);
  const view = new DataView(data.buffer);
  view.setBigInt64(24, -42n * 86_400n * 10_000_000n, true);
  view.setBigInt64(32, 0n, true);
  view.setBigInt64(48, -1800n * 10_000_000n, true);
  view.setBigInt64(56, -(2n ** 63n), true);
  view.setUint32(76, 1, true);
  for (const [at, number] of [
    [80, 8],
    [82, 24],
    [84, 5],
  ] as const)
    view.setUint16(at, number, true);
  expect(policyOf(data)).toEqual({
    maxPasswordAge: 42 * 86_400,
    minPasswordAge: 0,
    minPasswordLength: 8,
    passwordHistoryLength: 24,
    complexPasswords: true,
    lockoutThreshold: 5,
    lockoutDuration: 1800,
    lockoutWindow: undefined,
  });
});

test("no policy", () => {
  expect(accountPolicy(HiveEditor.create().hive)).toBeUndefined();
  expect(policyOf(new Uint8Array(85))).toBeUndefined();
});
