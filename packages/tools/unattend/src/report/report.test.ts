import { expect, test } from "vitest";
import { fromManifest } from "../manifest/from-manifest.ts";
import { parseManifest } from "../manifest/manifest-file.ts";
import { validate } from "../validate/validate.ts";
import { answerFilePage } from "./answer-file-page.ts";

const file = fromManifest(
  parseManifest(`
storage: { disks: [{ id: 0, wipe: true, layout: uefi-recovery }] }
windows: { key: BBBBB-CCCCC-DDDDD-FFFFF-NGGGG }
administratorPassword: { value: topsecret, plainText: true }
commands: { firstLogon: ['net user x topsecret', 'cmd /c <script>'] }
`),
);

test("the page has findings, timeline, disks and settings, and no secret", () => {
  const text = answerFilePage({ file, verdict: validate(file), target: "Windows 11 24H2", generator: "test" });
  for (const title of ["Overview", "Findings", "Timeline", "Disks", "Settings", "Secrets"]) {
    expect(text).toContain(`>${title}</h2>`);
  }
  expect(text).toContain("checked for Windows 11 24H2");
  expect(text).toContain("Disk 0, GPT, erased");
  expect(text).not.toContain("topsecret");
  expect(text).not.toContain("BBBBB-CCCCC");
  expect(text).not.toContain("cmd /c <script>");
  expect(answerFilePage({ file, verdict: validate(file), generator: "test" })).toBe(
    answerFilePage({ file, verdict: validate(file), generator: "test" }),
  );
});
