import { AdkError } from "@adk/core";
import { describe, expect, test } from "vitest";
import { builtinCatalog } from "../catalog/builtin.ts";
import { explainSetting } from "../explain/explain-setting.ts";
import {
  findKeyboard,
  findLocale,
  findTimeZone,
  inputLocaleOf,
  readInputLocale,
  timeZoneOfCountry,
} from "./locales.ts";
import {
  editionsOfKey,
  imageNamesOfKey,
  keyOfEdition,
  maskKey,
  productKeyProblem,
  publishedKeys,
} from "./product-keys.ts";
import { parseRelease, RELEASES } from "./releases.ts";

describe("releases", () => {
  test("by id, by title, by product", () => {
    for (const { id, title } of RELEASES) expect([parseRelease(id).id, parseRelease(title).id]).toEqual([id, id]);
    expect(["win11", "Win10", "server 2022"].map((text) => parseRelease(text).id)).toEqual([
      "win11-25h2",
      "win10-22h2",
      "server2022",
    ]);
  });

  test("what is meant is told", () => {
    expect(() => parseRelease("win11-24h1")).toThrow(
      expect.objectContaining({ code: "UNATTEND_UNKNOWN_TARGET", hint: "Did you mean win11-24h2?" }),
    );
    expect(() => parseRelease("")).toThrow(AdkError);
  });
});

describe("product keys", () => {
  test("all published ones are well formed and name an edition", () => {
    expect(publishedKeys().length).toBe(91);
    for (const { key, edition } of publishedKeys()) {
      expect(productKeyProblem(key)).toBeUndefined();
      expect(editionsOfKey(key).map((one) => one.edition)).toContain(edition);
    }
  });

  test("by edition and by image name", () => {
    const key = keyOfEdition("Windows Server 2022 Standard (Desktop Experience)", "kms-client")?.key;
    expect(key).toBe(keyOfEdition("windows server 2022 standard", "kms-client")?.key);
    expect(imageNamesOfKey(key!)).toContain("Windows Server 2022 Standard");
    expect(keyOfEdition("Windows 11 Professional", "generic")?.edition).toBe("Windows 10/11 Pro");
    expect(keyOfEdition("Windows 95", "generic")).toBeUndefined();
  });

  test("what is wrong with others", () => {
    expect(productKeyProblem("00000-00000-00000-00000-00000")).toBe("alphabet");
    expect(productKeyProblem("BBBBB-BBBBB-BBBBB-BBBBB")).toBe("form");
    expect(productKeyProblem("NNBBB-BBBBB-BBBBB-BBBBB-BBBBB")).toBe("n-count");
    expect(maskKey("BBBBB-CCCCC-DDDDD-FFFFF-GGGGG")).toBe("*****-*****-*****-*****-GGGGG");
  });
});

describe("locales", () => {
  test("languages and keyboards", () => {
    expect(findLocale("DE-ch")).toMatchObject({ tag: "de-CH", lcid: "0807" });
    expect(inputLocaleOf("de-CH")).toBe("0807:00000807");
    expect(readInputLocale("0409:00000409")).toEqual({ language: "en-US", keyboard: "00000409" });
    expect(readInputLocale("fr-FR")).toMatchObject({ language: "fr-FR" });
    const pinyin = "0804:{81D4E9C9-1D3B-41BC-9E6C-4B40BF79E35E}{FA550B04-5AD7-411F-A5AC-CA038EC515D7}";
    expect(readInputLocale(pinyin)?.language).toBe("zh-CN");
    expect(findKeyboard(pinyin)?.name).toContain("Pinyin");
    expect(readInputLocale("klingon")).toBeUndefined();
  });

  test("time zones, in exact letter case", () => {
    expect(findTimeZone("W. Europe Standard Time")?.id).toBe("W. Europe Standard Time");
    expect(findTimeZone("UTC_dstoff")?.id).toBe("UTC");
    expect(findTimeZone("w. europe standard time")).toBeUndefined();
    expect(timeZoneOfCountry("de")).toBe("W. Europe Standard Time");
  });
});

describe("explained settings", () => {
  const explain = (text: string) => explainSetting(builtinCatalog(), text);

  test("by name, by path, by path with pass and keys", () => {
    for (const asked of [
      "HideEULAPage",
      "oobe/hideeulapage",
      "Shell-Setup/OOBE/HideEULAPage",
      "oobeSystem/Microsoft-Windows-Shell-Setup@amd64/OOBE/HideEULAPage",
    ]) {
      expect(explain(asked).settings.map(({ path }) => path)).toEqual(["OOBE/HideEULAPage"]);
    }
    expect(explain("UserAccounts/LocalAccounts/LocalAccount[Admin]/Name").settings).toHaveLength(1);
  });

  test("what is known of one", () => {
    const [setting] = explain("EnableLUA").settings;
    expect(setting).toMatchObject({
      passes: ["offlineServicing"],
      registry: "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System : EnableLUA",
    });
    expect(explain("TimeZoen")).toMatchObject({ settings: [], suggestion: "TimeZone" });
  });
});
