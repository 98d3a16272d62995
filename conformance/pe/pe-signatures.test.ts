import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileAccess } from "@adk/core";
import { type AuthenticodeReport, type Certificate, parseCertificate, parsePe, verifyAuthenticode } from "@adk/pe";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { describeWithData } from "../support/data.ts";
import { makeSigningKeys, type SigningKeys } from "../support/pe-signing.ts";
import { describeWithPeer, type Peer } from "../support/peers.ts";

// osslsigncode signs real files and says what it thinks of them; ours must say the same.

const STAMPED = 1_700_000_000;

describeWithData("app-compat/pe", (data) => {
  test("recorded truth of osslsigncode", async () => {
    const blocks = readFileSync(join(data, "truth.osslsigncode.txt"), "utf8").split(/^== /m).slice(1);
    expect(blocks).toHaveLength(5);
    for (const block of blocks) {
      const name = block.slice(0, block.indexOf("\n"));
      const report = await verify(join(data, name));
      expect([name, told(report)]).toEqual([name, toldBy(block)]);
      const [signature] = report.signatures;
      if (!signature) continue;
      const field = (pattern: RegExp) => pattern.exec(block)?.[1];
      const [signer] = signature.signer.chain;
      expect(slashed(signer)).toBe(field(/Subject: (.*)/));
      expect(signer?.serialNumber.toUpperCase()).toBe(field(/Serial : (.*)/));
      expect(signature.signer.signingTime?.getTime()).toBe(Date.parse(field(/Signing time: (.*)/) ?? ""));
    }
  });

  describeWithPeer(["osslsigncode", "openssl"], (osslsigncode, openssl) => {
    let directory: string;
    const plain = join(data, "deb-distlib-t64.exe");
    let keys: SigningKeys;
    let roots: Certificate[];
    beforeAll(async () => {
      directory = temporaryDirectory();
      keys = await makeSigningKeys(openssl, directory);
      const [, base64 = ""] =
        /-----BEGIN CERTIFICATE-----(.*?)-----END/s.exec(readFileSync(keys.authority, "utf8")) ?? [];
      roots = [parseCertificate(Buffer.from(base64, "base64"))];
    });

    const signed = async (name: string, options: string[] = [], input = plain) => {
      const path = join(directory, name);
      const stamps = ["-TSA-certs", keys.stamp, "-TSA-key", keys.stampKey, "-TSA-time", String(STAMPED)];
      const who = ["-certs", keys.signer, "-key", keys.signerKey, "-ac", keys.authority];
      await osslsigncode.run([
        "sign",
        ...who,
        ...(options.includes("-nest") ? [] : stamps),
        ...options,
        "-in",
        input,
        "-out",
        path,
      ]);
      return path;
    };

    describe.each(["sha1", "sha256", "sha384", "sha512"])("%s", (digest) => {
      test("is sound, stamped, and trusted only under its root", async () => {
        const path = await signed(`${digest}.exe`, ["-h", digest, "-n", "A program", "-i", "https://example.org/"]);
        const report = await verify(path, roots);
        expect(told(report)).toEqual(toldBy(await judged(osslsigncode, path, keys)));
        const [signature] = report.signatures;
        expect(report.status).toBe("valid");
        expect(signature).toMatchObject({
          digestAlgorithm: digest,
          programName: "A program",
          moreInfo: "https://example.org/",
        });
        expect(signature?.signer.chain.map(({ subject }) => subject.commonName)).toEqual([
          "Test Signer, Ltd.",
          "Test Authority",
        ]);
        expect(signature?.timestamps).toMatchObject([{ kind: "rfc3161", valid: true, time: new Date(STAMPED * 1000) }]);
        expect((await verify(path)).signatures[0]?.trust).toEqual({ checked: false });
      });
    });

    test("a stamp whose authority was not valid at its time leaves it at the present", async () => {
      const [signature] = (await verify(await signed("early.exe"), roots)).signatures;
      expect(signature?.timestamps[0]?.time.getTime()).toBeLessThan(
        signature?.signer.chain[0]?.notBefore.getTime() ?? 0,
      );
      expect(signature?.trust).toMatchObject({ checked: true, trusted: true });
    });

    test("without a stamp the present counts", async () => {
      const path = join(directory, "unstamped.exe");
      await osslsigncode.run(["sign", "-certs", keys.signer, "-key", keys.signerKey, "-in", plain, "-out", path]);
      expect((await verify(path, roots)).signatures[0]?.trust).toMatchObject({ checked: true, trusted: true });
      expect((await verify(path, [])).signatures[0]?.trust).toMatchObject({ checked: true, trusted: false });
    });

    test("page hashes are recognised", async () => {
      expect((await verify(await signed("pages.exe", ["-ph"]))).signatures[0]).toMatchObject({
        valid: true,
        pageHashes: "sha256",
      });
    });

    test("nested signatures are read too", async () => {
      const path = await signed("nested.exe", ["-nest", "-h", "sha256"], await signed("first.exe", ["-h", "sha1"]));
      const report = await verify(path);
      expect(report.signatures.map(({ nested, digestAlgorithm, valid }) => [nested, digestAlgorithm, valid])).toEqual([
        [false, "sha1", true],
        [true, "sha256", true],
      ]);
      expect(told(report)).toEqual(toldBy(await judged(osslsigncode, path, keys)));
    });

    test("elliptic curves", async () => {
      const curve = await makeSigningKeys(openssl, temporaryDirectory(), "ec -pkeyopt ec_paramgen_curve:P-256");
      const path = join(directory, "curve.exe");
      await osslsigncode.run(["sign", "-certs", curve.signer, "-key", curve.signerKey, "-in", plain, "-out", path]);
      expect((await verify(path)).status).toBe("valid");
    });

    test("a changed byte anywhere is noticed", async () => {
      const path = await signed("changed.exe");
      const bytes = readFileSync(path);
      const { offset } = (await parsePe(bytes)).optionalHeader;
      const table = bytes.readUInt32LE(offset + 112 + 32);
      for (const at of [2, offset + 20, 0x5000, table - 1]) {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ 1;
        const report = await verifyAuthenticode(await parsePe(copy));
        expect(report).toMatchObject({ status: "invalid", signatures: [{ valid: false, signer: { valid: true } }] });
      }
      // The checksum is no part of what is signed.
      bytes[offset + 64] = (bytes[offset + 64] ?? 0) ^ 1;
      expect((await verifyAuthenticode(await parsePe(bytes))).status).toBe("valid");
      writeFileSync(path, bytes);
    });
  });
});

async function verify(path: string, roots?: readonly Certificate[]): Promise<AuthenticodeReport> {
  const access = await FileAccess.open(path);
  try {
    return await verifyAuthenticode(await parsePe(access), roots ? { roots } : {});
  } finally {
    await access.close();
  }
}

/** What osslsigncode says; it ends with 1 where it does not trust the chain, which is not the question here. */
async function judged(osslsigncode: Peer, path: string, { authority }: SigningKeys): Promise<string> {
  const args = [
    "verify",
    "-CAfile",
    authority,
    "-TSA-CAfile",
    authority,
    "-time",
    String(Math.floor(Date.now() / 1000)),
    "-in",
    path,
  ];
  return (await osslsigncode.run(args).catch(() => osslsigncode.run(args, { status: 1 }))).text;
}

interface Told {
  readonly algorithm: string;
  readonly signed: string;
  readonly computed: string;
}

function told({ signatures }: AuthenticodeReport): Told[] {
  return signatures.map(({ digestAlgorithm, signedDigest, computedDigest }) => {
    return { algorithm: digestAlgorithm, signed: signedDigest, computed: computedDigest };
  });
}

function toldBy(text: string): Told[] {
  const pattern =
    /Message digest algorithm {2}: (\w+)\s+Current message digest {4}: (\w+)\s+Calculated message digest : (\w+)/g;
  return Array.from(text.matchAll(pattern), ([, algorithm = "", signed = "", computed = ""]) => {
    return { algorithm: algorithm.toLowerCase(), signed: signed.toLowerCase(), computed: computed.toLowerCase() };
  });
}

/** A name as OpenSSL prints it. */
function slashed(certificate: Certificate | undefined): string | undefined {
  return certificate?.subject.attributes.map(([type, value]) => `/${type}=${value}`).join("");
}
