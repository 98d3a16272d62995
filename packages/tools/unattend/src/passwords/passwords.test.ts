import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnswerFile } from "../document/answer-file.ts";
import { findSecrets } from "./audit-secrets.ts";
import { hidePassword, PASSWORD_ELEMENTS, revealPassword } from "./hidden-password.ts";
import { hidePasswords, revealPasswords } from "./rewrite-passwords.ts";

const FILE = (value: string, plain: string) => `<unattend xmlns="urn:schemas-microsoft-com:unattend">
  <settings pass="oobeSystem">
    <component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64">
      <!-- who -->
      <UserAccounts>
        <AdministratorPassword>
          <Value>${value}</Value>
          <PlainText>${plain}</PlainText>
        </AdministratorPassword>
      </UserAccounts>
      <ProductKey>BBBBB-CCCCC-DDDDD-FFFFF-GGGGG</ProductKey>
    </component>
  </settings>
</unattend>
`;

describe("hidden passwords", () => {
  test("what is hidden is revealed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...PASSWORD_ELEMENTS), (password, element) => {
        expect(revealPassword(hidePassword(password, element), element)).toEqual({ password });
      }),
    );
  });

  test("an empty password is the element's name alone", () => {
    expect(hidePassword("", "Password")).toBe("UABhAHMAcwB3AG8AcgBkAA==");
    expect(revealPassword("UABhAHMAcwB3AG8AcgBkAA", "Password")).toEqual({ password: "" });
  });

  test("what Setup could not read", () => {
    expect(revealPassword("UABhAHMAcwB3AG8AcgBkAA==", "AdministratorPassword")).toEqual({ problem: "suffix" });
    for (const value of ["secret!", "QQ==", "A"])
      expect(revealPassword(value, "Password")).toEqual({ problem: "encoding" });
  });
});

describe("a file", () => {
  test("hide and reveal change two lines, and undo each other", () => {
    const before = AnswerFile.fromText(FILE("p&amp;ss", "true"));
    const { file, changed } = hidePasswords(before);
    expect(changed).toEqual(["oobeSystem/Microsoft-Windows-Shell-Setup/UserAccounts/AdministratorPassword/Value"]);
    expect(file.text).toBe(FILE(hidePassword("p&ss", "AdministratorPassword"), "false"));
    expect(hidePasswords(file).changed).toEqual([]);
    expect(revealPasswords(file).file.text).toBe(before.text);
  });

  test("what cannot be revealed is told and stays", () => {
    const before = AnswerFile.fromText(FILE("UABhAHMAcwB3AG8AcgBkAA==", "false"));
    const { file, broken } = revealPasswords(before);
    expect(broken).toHaveLength(1);
    expect(file.text).toBe(before.text);
  });

  test.each([
    ["secret", "true", "plain", "secret"],
    [hidePassword("secret", "AdministratorPassword"), "false", "hidden", "secret"],
    ["UABhAHMAcwB3AG8AcgBkAA==", "false", "broken", "UABhAHMAcwB3AG8AcgBkAA=="],
    ["", "true", "empty", ""],
    ["*SENSITIVE*DATA*DELETED*", "false", "removed", "*SENSITIVE*DATA*DELETED*"],
  ])("%s, plain %s, is %s", (value, plain, state, shown) => {
    const file = AnswerFile.fromText(FILE(value, plain));
    const [password, key] = findSecrets(file);
    expect(password).toMatchObject({ kind: "password", state, line: 7 });
    expect(password!.value).not.toContain("secret");
    expect(key).toMatchObject({ kind: "product-key", state: "plain", value: "*****-*****-*****-*****-GGGGG" });
    expect(findSecrets(file, { reveal: true })[0]!.value).toBe(shown);
  });
});
