import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileAccess } from "@adk/core";
import { authenticodeDigests, checkAgainstCatalog, parseCatalog, parsePe } from "@adk/pe";
import { makeSampleCatalog, makeTestSigner } from "@adk/pe/testing";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { describeWithData } from "../support/data.ts";
import { describeWithPeer } from "../support/peers.ts";

// No tool outside Windows makes catalogs, and none of Windows' own is among the data. What the tests make by the definitions is read
// alike by osslsigncode.

describeWithData("app-compat/pe", (data) => {
  describeWithPeer(["osslsigncode"], (osslsigncode) => {
    test("a file is found in a catalog by both", async () => {
      const directory = temporaryDirectory();
      const [file, other] = ["deb-distlib-t64.exe", "deb-distlib-t32.exe"].map((name) => join(data, name)) as [
        string,
        string,
      ];
      const access = await FileAccess.open(file);
      const digests = await authenticodeDigests(await parsePe(access), ["sha256"]);
      const digest = Buffer.from(digests.get("sha256") ?? "", "hex");
      const bytes = makeSampleCatalog({ members: [{ digest, executable: true }] }, makeTestSigner("Catalog Publisher"));
      const path = join(directory, "sample.cat");
      writeFileSync(path, bytes);
      const catalog = parseCatalog(bytes, path);
      expect(await checkAgainstCatalog(access, catalog)).toMatchObject({ valid: true });
      await access.close();

      // It ends with 1 since it does not trust the signer; a file that the catalog does not have it says so of.
      const judge = async (name: string) =>
        (await osslsigncode.run(["verify", "-catalog", path, "-in", name], { status: 1 })).text;
      const found = await judge(file);
      expect(found).toContain(`Calculated message digest : ${digest.toString("hex").toUpperCase()}`);
      expect(found).toContain("File is signed in catalog");
      expect(await judge(other)).not.toContain("File is signed in catalog");
    });
  });
});
