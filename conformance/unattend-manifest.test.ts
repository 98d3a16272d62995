import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@adk/testing";
import {
  AnswerFile,
  answerFilePage,
  findSecrets,
  fromManifest,
  hidePasswords,
  PRESETS,
  parseManifest,
  revealPasswords,
  timelineOf,
  toManifest,
  validate,
  walkLeaves,
  withoutSecrets,
} from "@adk/unattend";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";

/** What a file says, whatever the order and the way it is written. */
function settingsOf(file: AnswerFile): string[] {
  const settings = [...walkLeaves(file)].map(({ pass, component, architecture, path, value }) => {
    return `${pass}/${component}@${architecture}/${path}=${value}`;
  });
  return [...new Set(settings)].sort();
}

const LISTS_WITHOUT_ACTION = [
  "CommunityTechaid__WINDOWS11-task-sequence_Unattend.xml",
  "Kensan196948G__WebUI_backend_test_output.xml",
  "memstechtips__autounattend.xml",
  "memstechtips__v3_broken.xml",
  "memstechtips__v3_fixed.xml",
  "technology-toolbox__Control_W10ENT-X64_Unattend.xml",
  "technology-toolbox__Control_W81ENT-X64_Unattend.xml",
  "technology-toolbox__Control_WS2016_Unattend.xml",
];

describeWithData("answer-files/answer", (directory) => {
  const files = readdirSync(directory)
    .map((name) => AnswerFile.parse(readFileSync(join(directory, name)), { file: name }))
    .filter((file) => file.problems.length === 0);

  test("73 of the 75 files are well-formed", () => {
    expect(files).toHaveLength(73);
  });

  test("answer file, manifest, answer file: the same settings", () => {
    const lost: string[] = [];
    const keyed: string[] = [];
    const plain = (settings: string[]) => settings.map((text) => text.replace(/\[[^\]]*\]/g, "")).sort();
    for (const file of files) {
      const after = settingsOf(fromManifest(parseManifest(stringify(toManifest(file).manifest))));
      const before = settingsOf(file);
      if (JSON.stringify(after) === JSON.stringify(before)) continue;
      if (JSON.stringify(plain(after)) === JSON.stringify(plain(before))) keyed.push(file.file!);
      else lost.push(file.file!);
    }
    // Its passes stand in an attribute that is not `pass`.
    expect(lost).toEqual(["Kensan196948G__WebUI_backend_test_comprehensive_final.xml"]);
    // Items of lists without wcm:action, which is added.
    expect(keyed).toEqual(LISTS_WITHOUT_ACTION);
  });

  test("the manifest is stable: written from its own answer file it is the same", () => {
    for (const file of files) {
      const { manifest } = toManifest(file);
      expect(toManifest(fromManifest(manifest)).manifest).toEqual(manifest);
    }
  });

  test("every hidden password is revealed, and hidden again to the same value", () => {
    let hidden = 0;
    for (const file of files) {
      const { file: plain, changed, broken } = revealPasswords(file);
      expect(broken).toEqual([]);
      hidden += changed.length;
      const places = new Map(
        [...walkLeaves(file)].map(({ pass, component, path, value }) => [`${pass}/${component}/${path}`, value]),
      );
      const again = [...walkLeaves(hidePasswords(plain).file)];
      for (const { pass, component, path, value } of again) {
        const place = `${pass}/${component}/${path}`;
        if (changed.includes(place)) expect(value).toBe(places.get(place));
      }
    }
    expect(hidden).toBe(61);
  });

  test("no secret is in a manifest without secrets, in a list of secrets or on a page", () => {
    for (const file of files) {
      const secrets = findSecrets(file, { reveal: true }).filter(({ state, value }) => {
        return (state === "plain" || state === "hidden") && value.length >= 8 && value !== "password";
      });
      const masked = JSON.stringify(findSecrets(file).map(({ value }) => value));
      const bare = stringify(withoutSecrets(toManifest(file).manifest).manifest, { lineWidth: 0 });
      for (const { value } of secrets) {
        expect(masked).not.toContain(value);
        // Passwords that are also the names of users or in commands (vagrant) stay there.
        const elsewhere = [...walkLeaves(file)].some((leaf) => leaf.value !== value && leaf.value.includes(value));
        const isName = [...walkLeaves(file)].some(
          ({ path, value: other }) => other === value && /(Username|Name)$/.test(path),
        );
        if (!elsewhere && !isName) expect(bare).not.toContain(value);
      }
    }
  });

  test("every file has a timeline and a page", () => {
    for (const file of files) {
      const { boots, generalize } = timelineOf(file);
      const lines = [...boots.flatMap(({ steps }) => steps), ...generalize].map(({ line }) => line);
      expect(Math.max(0, ...lines)).toBeLessThanOrEqual(file.text.split("\n").length);
      expect(answerFilePage({ file, verdict: validate(file), generator: "test" })).toContain("</html>");
    }
  });
});

describeWithData("answer-files/schema", (directory) => {
  describeWithPeer(["xmllint"], (xmllint) => {
    test("xmllint takes the file of every preset, by the schema of Windows SIM", async () => {
      const scratch = temporaryDirectory();
      const names = PRESETS.map(({ name, manifest }) => {
        const path = join(scratch, `${name}.xml`);
        writeFileSync(path, fromManifest(manifest).toBytes());
        return path;
      });
      const { stderr } = await xmllint.run(["--noout", "--schema", join(directory, "autounattend.xsd"), ...names]);
      expect(
        stderr
          .trim()
          .split("\n")
          .filter((line) => !line.endsWith(" validates")),
      ).toEqual([]);
    });
  });
});
