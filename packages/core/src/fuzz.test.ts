import { expect, test } from "vitest";
import { AdkError } from "./errors.ts";
import { formatFiletime, parseFiletime } from "./filetime.ts";
import { guidFromBytes, parseGuid } from "./guid.ts";
import { globToMatcher } from "./path-glob.ts";
import {
  parseReparseBuffer,
  parseReparseData,
  REPARSE_TAG_SYMLINK,
  reparseDataToBytes,
  symlinkTo,
} from "./reparse-point.ts";
import { checkExtractionName } from "./safe-path.ts";
import { formatSddl, parseSddl } from "./sddl.ts";
import { parseSecurityDescriptor, securityDescriptorToBytes } from "./security-descriptor.ts";
import { parseSid } from "./sid.ts";
import { parseVersion } from "./windows-version.ts";

/**
 * Mutates valid samples of everything that is parsed here: nothing but an `AdkError` may come out, and what is parsed must
 * survive being written. `ADK_FUZZ_EXECUTIONS` says how often, `ADK_FUZZ_SEED` where the numbers begin.
 */
const EXECUTIONS = Number(process.env.ADK_FUZZ_EXECUTIONS ?? 20_000);
const random = generator(Number(process.env.ADK_FUZZ_SEED ?? 1));

const SDDL = [
  "O:SYG:BAD:PAI(A;OICIIO;GA;;;CO)(A;;0x1200a9;;;BU)S:AI(AU;SAFA;GA;;;WD)(ML;OICI;NW;;;HI)",
  "D:(OA;CIIO;RP;037088f8-0ae1-11d2-b422-00a0c968f939;bf967aba-0de6-11d0-a285-00aa003049e2;RU)(0x20;;#00010203)",
  'D:(XA;;FX;;;WD;(@User.Title == "PM" && !(Member_of {SID(BA), SID(BU)}) || Exists a%0020b && c != -0x1))',
  'S:(RA;CI;;;;WD;("Project",TS,0x0,"Windows","SQL"))(RA;;;;;WD;("o",TX,0x0,#00ff))(XU;;;;;WD;(a Any_of {1,#02}))',
];

const TARGETS: Record<string, { samples: readonly Uint8Array[]; run: (bytes: Uint8Array) => void }> = {
  "security descriptors": {
    samples: SDDL.map((text) => securityDescriptorToBytes(parseSddl(text))),
    run(bytes) {
      const text = formatSddl(parseSecurityDescriptor(bytes));
      // Entries are padded to four bytes when they are written; from then on nothing changes any more.
      const written = parseSecurityDescriptor(securityDescriptorToBytes(parseSecurityDescriptor(bytes)));
      expect(parseSecurityDescriptor(securityDescriptorToBytes(written))).toEqual(written);
      expect(formatSddl(parseSddl(text))).toBe(text);
    },
  },
  SDDL: {
    samples: SDDL.map(utf8),
    run(bytes) {
      const text = formatSddl(parseSddl(latin1(bytes), "S-1-5-21-1-2-3"));
      expect(formatSddl(parseSddl(text))).toBe(text);
    },
  },
  "reparse points": {
    samples: [reparseDataToBytes(symlinkTo("C:\\Users\\Public")), reparseDataToBytes(symlinkTo("..\\x"))],
    run(bytes) {
      const point = parseReparseData(REPARSE_TAG_SYMLINK, bytes);
      expect(parseReparseData(REPARSE_TAG_SYMLINK, reparseDataToBytes(point))).toEqual(point);
      parseReparseBuffer(bytes);
    },
  },
  texts: {
    samples: [
      "6b29fc40-ca47-1067-b31d-00dd010662da",
      "2021-04-06T07:24:28.1234567Z",
      "S-1-5-32-544",
      "10.0.26100.1",
    ].map(utf8),
    run(bytes) {
      const text = latin1(bytes);
      const parsers = [
        parseGuid,
        (value: string) => expect(parseFiletime(formatFiletime(parseFiletime(value)))).toBe(parseFiletime(value)),
        (value: string) => expect(parseSid(parseSid(value))).toBe(parseSid(value)),
        parseVersion,
        () => guidFromBytes(bytes),
        checkExtractionName,
      ];
      for (const parse of parsers) tolerate(() => parse(text));
    },
  },
  globs: {
    samples: ["/Windows/**/[a-z]*.dll", "/a?b/[!x]/**"].map(utf8),
    run(bytes) {
      globToMatcher(latin1(bytes))("/Windows/System32/drivers/x.dll");
    },
  },
};

const names = Object.keys(TARGETS);
test.each(names)("mutated %s", (name) => {
  const { samples, run } = TARGETS[name]!;
  for (let i = 0; i < EXECUTIONS / names.length; i++) {
    const input = mutate(samples[i % samples.length]!);
    try {
      tolerate(() => run(input));
    } catch (error) {
      throw new Error(`input ${Buffer.from(input).toString("hex")}`, { cause: error });
    }
  }
});

function tolerate(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
  }
}

function mutate(sample: Uint8Array): Uint8Array {
  let bytes = Array.from(sample);
  for (let count = 1 + random(4); count > 0; count--) {
    const at = random(bytes.length + 1);
    switch (random(5)) {
      case 0:
        bytes[Math.min(at, bytes.length - 1)] = random(256);
        break;
      case 1:
        bytes[Math.min(at, bytes.length - 1)]! ^= 1 << random(8);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3:
        bytes.splice(at, random(4));
        break;
      default:
        bytes.splice(at, 0, ...bytes.slice(random(bytes.length), random(bytes.length)));
    }
    if (bytes.length === 0) bytes = [random(256)];
  }
  return Uint8Array.from(bytes);
}

/** mulberry32: the same numbers for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return below === 0 ? 0 : ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
