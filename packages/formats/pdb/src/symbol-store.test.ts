import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { sampleCabinet } from "@adk/cab/testing";
import { Findings } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findPdb } from "./find-pdb.ts";
import { parseSymbolPath } from "./symbol-path.ts";
import { makeSamplePdb } from "./testing/sample-pdb.ts";

const ID = "123456789ABCDEF0123456789ABCDEF02";
const KEY = { name: "C:\\build\\Sample.pdb", id: ID };
const PDB = makeSamplePdb({ publics: [[1, 0, "here"]] });

let place = "";
beforeAll(async () => {
  place = await temporaryDirectory();
});

async function put(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(join(place, path, ".."), { recursive: true });
  await writeFile(join(place, path), bytes);
}

async function find(path: string, options: Parameters<typeof findPdb>[2] = {}) {
  const pdb = await findPdb(KEY, parseSymbolPath(path), options);
  await pdb?.close();
  return pdb?.id;
}

describe("a symbol path", () => {
  test.each([
    [
      "/a;/b",
      [
        { kind: "directory", path: "/a" },
        { kind: "directory", path: "/b" },
      ],
    ],
    ["SRV*/cache*https://x/y", [{ kind: "store", caches: ["/cache"], store: "https://x/y" }]],
    ["srv*https://x/y", [{ kind: "store", caches: [], store: "https://x/y" }]],
    ["SRV**https://x/y", [{ kind: "store", caches: [], store: "https://x/y" }]],
    ["symsrv*symsrv.dll*/c*//server/s", [{ kind: "store", caches: ["/c"], store: "//server/s" }]],
    [
      "cache*/c;srv*https://x",
      [
        { kind: "directory", path: "/c" },
        { kind: "store", caches: ["/c"], store: "https://x" },
      ],
    ],
    ["https://x/y", [{ kind: "store", caches: [], store: "https://x/y" }]],
    [" ; ", []],
  ])("%s", (path, places) => {
    expect(parseSymbolPath(path)).toEqual(places);
  });
});

describe("directories", () => {
  test("with the file itself, if it is the right one", async () => {
    await put("plain/sample.PDB", PDB);
    await put("other/sample.pdb", makeSamplePdb({ age: 3 }));
    expect(await find(join(place, "other"))).toBeUndefined();
    expect(await find(`${join(place, "other")};${join(place, "plain")}`)).toBe(ID);
  });

  test("with the tree of a store, of one and of two levels", async () => {
    await put(`store/sample.pdb/${ID}/sample.pdb`, PDB);
    await put(`levels/sa/sample.pdb/${ID}/sample.pdb`, PDB);
    await put("levels/index2.txt", "");
    expect(await find(join(place, "store"))).toBe(ID);
    expect(await find(`srv*${join(place, "levels")}`)).toBe(ID);
  });

  test("with a compressed file", async () => {
    const cabinet = sampleCabinet([{ compression: "mszip", files: [{ name: "sample.pdb", data: PDB }] }]);
    await put(`packed/sample.pdb/${ID}/sample.pd_`, cabinet);
    expect(await find(join(place, "packed"))).toBe(ID);
  });

  test("that are not there, or hold something else, are passed over", async () => {
    await put("wrong/sample.pdb", "no database");
    const findings = new Findings();
    expect(await find(`${join(place, "absent")};${join(place, "wrong")}`, { findings })).toBeUndefined();
    expect(findings.list).toMatchObject([{ code: "PDB_BAD_MSF" }]);
  });

  test("are not left by hostile names", async () => {
    await put("secret.pdb", PDB);
    const places = parseSymbolPath(join(place, "plain"));
    for (const name of ["../secret.pdb", "..", "a/../../secret.pdb", "NUL"]) {
      expect(await findPdb({ name, id: ID }, places)).toBeUndefined();
    }
    expect(await findPdb({ name: "sample.pdb", id: "../../x" }, places)).toBeUndefined();
  });
});

describe("a store of the network", () => {
  const served = new Map<string, Uint8Array | string>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = served.get(request.url ?? "");
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(answer);
  });
  let url = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/symbols`;
  });
  afterAll(() => server.close());

  test("is asked only where that is wanted", async () => {
    expect(await find(`srv*${url}`)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test("gives a file, which the cache keeps", async () => {
    served.set(`/symbols/Sample.pdb/${ID}/Sample.pdb`, PDB);
    const path = `srv*${join(place, "cache")}*${url}`;
    expect(await find(path, { network: true })).toBe(ID);
    expect((await readFile(join(place, `cache/Sample.pdb/${ID}/Sample.pdb`))).equals(PDB)).toBe(true);
    served.clear();
    expect(await find(path)).toBe(ID);
  });

  test("gives a compressed file, or a pointer to another place", async () => {
    served.clear();
    const cabinet = sampleCabinet([{ compression: "mszip", files: [{ name: "sample.pdb", data: PDB }] }]);
    served.set(`/symbols/Sample.pdb/${ID}/Sample.pd_`, cabinet);
    expect(await find(url, { network: true })).toBe(ID);
    served.clear();
    served.set(`/symbols/Sample.pdb/${ID}/file.ptr`, `PATH:${url}/elsewhere`);
    served.set("/symbols/elsewhere", PDB);
    expect(await find(url, { network: true })).toBe(ID);
  });

  test("that cannot be reached becomes a finding", async () => {
    const findings = new Findings();
    expect(await find("srv*http://127.0.0.1:1/x", { network: true, findings })).toBeUndefined();
    expect(findings.list[0]).toMatchObject({ code: "SYMBOLS_NOT_SERVED" });
  });
});
