import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  builtinCatalog,
  type CatalogSetting,
  clgCatalog,
  clgHeader,
  findSetting,
  parseClg,
  writeClg,
} from "@adk/unattend";
import { expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";

function* below(settings: readonly CatalogSetting[]): Generator<CatalogSetting> {
  for (const setting of settings) {
    yield setting;
    yield* below(setting.settings);
  }
}

/** Limits that only a reference page gives; the image has none. */
const DOCUMENTED_ONLY = [
  "Microsoft-Windows-IE-ClientNetworkProtocolImplementation/HKLMConnectRetries",
  "Microsoft-Windows-shwebsvc/Description",
  "Microsoft-Windows-shwebsvc/DisplayName",
  "Microsoft-Windows-shwebsvc/ID",
  "Microsoft-Windows-TCPIP/Interfaces/Interface/Routes/Route/Identifier",
  "Microsoft-Windows-UnattendedJoin/Identification/TimeoutPeriodInMinutes",
];

describeWithData("answer-files/clg", (directory) => {
  const bytes = readFileSync(join(directory, "win10-ent-1703.clg"));
  const clg = parseClg(bytes);
  const catalog = clgCatalog(clg);

  test("a real catalogue is written byte for byte as it was read", () => {
    expect(Buffer.compare(writeClg(clg), bytes)).toBe(0);
  });

  test("its size is that which is known of it", () => {
    const settings = catalog.entries.flatMap(({ component }) => [...below(component.settings)]);
    expect(settings).toHaveLength(1814);
    expect([catalog.entries.length, catalog.components.length, catalog.packages.length]).toEqual([99, 73, 14]);
    expect(clg.image.objects.size).toBe(39_744);
    const count = (architecture: string) =>
      catalog.entries.filter((entry) => entry.architecture === architecture).length;
    expect([count("amd64"), count("wow64"), count("x86")]).toEqual([73, 14, 12]);
    expect(clgHeader(clg).imageUri).toBe("wim:D:/ISOs/w10_1703/install.wim#Windows 10 Enterprise");
  });

  test("the built-in catalogue says the same of every setting", () => {
    const builtin = builtinCatalog();
    const fields = [
      "kind",
      "type",
      "schemaType",
      "passes",
      "values",
      "min",
      "max",
      "maxLength",
      "pattern",
      "default",
      "key",
    ] as const;
    const differing = new Set<string>();
    for (const component of catalog.components) {
      for (const setting of below(component.settings)) {
        const place = `${component.name}/${setting.path}`;
        const known = findSetting(builtin, component.name, setting.path);
        if (!known || fields.some((field) => JSON.stringify(known[field]) !== JSON.stringify(setting[field])))
          differing.add(place);
        if ((known?.deprecated === "image") !== (setting.deprecated === "image")) differing.add(place);
      }
    }
    expect([...differing].sort()).toEqual([...DOCUMENTED_ONLY].sort());
  });
});
