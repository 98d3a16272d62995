import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseInf, readVersion } from "@adk/inf";
import { expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";

describeWithData("imaging", (directory) => {
  // The class is the one that distrobuilder's own tests expect.
  test.each(["distrobuilder_inf01.inf.txt", "distrobuilder_inf02.inf.txt"])("%s", (name) => {
    const inf = parseInf(readFileSync(join(directory, name)), { name });
    expect(readVersion(inf)).toEqual({
      signature: "$Windows NT$",
      class: "SCSIAdapter",
      classGuid: "4d36e97b-e325-11ce-bfc1-08002be10318",
      provider: "%VENDOR%",
      driverDate: "2024-02-25",
      driverVersion: [100, 94, 104, 24_800],
      catalogFiles: new Map([["", "viostor.cat"]]),
      pnpLockdown: true,
      extensionId: undefined,
    });
    expect(inf.value("Version", "DriverPackageType")).toBe("PlugAndPlay");
    // The heads of files, without their strings.
    expect([...new Set(inf.findings.list.map(({ code }) => code))]).toEqual(["INF_UNKNOWN_STRING"]);
  });
});
