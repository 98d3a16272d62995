import { expect, test } from "vitest";
import { formatAccessMask, parseAccessMask } from "./access-mask.ts";
import { AceType } from "./ace.ts";
import { fromHex, toHex } from "./bytes.ts";
import { AdkError } from "./errors.ts";
import { formatSddl, parseSddl } from "./sddl.ts";
import { parseSecurityDescriptor, securityDescriptorToBytes } from "./security-descriptor.ts";

/** Text to bytes to text. */
function roundTrip(text: string): string {
  return formatSddl(parseSecurityDescriptor(securityDescriptorToBytes(parseSddl(text))));
}

function code(text: string): string {
  try {
    parseSddl(text);
    return "none";
  } catch (error) {
    if (error instanceof AdkError) return error.code;
    throw error;
  }
}

test("texts as Windows writes them stay as they are", () => {
  for (const text of [
    "",
    "D:",
    "D:S:",
    "D:PAI",
    "D:NO_ACCESS_CONTROL",
    "S:NO_ACCESS_CONTROL",
    "O:SYG:BAD:PARAI(A;OICIIO;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(D;;FW;;;AN)",
    "O:S-1-2-512D:",
    "D:(A;CINP;KA;;;SY)(A;;KR;;;RC)(A;;CCDC;;;WD)",
    "D:(OA;CIIO;RP;037088f8-0ae1-11d2-b422-00a0c968f939;bf967aba-0de6-11d0-a285-00aa003049e2;RU)",
    "D:(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)(OA;CIIO;LCRPLORC;;bf967a9c-0de6-11d0-a285-00aa003049e2;RU)",
    "S:AI(AU;SAFA;GA;;;WD)(ML;OICI;NWNRNX;;;HI)(SP;;;;;S-1-17-1)(TL;;CC;;;S-1-19-512-4096)",
    'D:(XA;;FX;;;WD;(@User.Title == "PM" && (@User.Division == "Finance" || @User.Division == "Sales")))',
    "D:(XD;;FR;;;WD;(!(Member_of {SID(BA), SID(S-1-5-21-1-2-3-4)})))",
    "D:(ZA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS;(Exists @Device.Managed))",
    "S:(XU;SA;FA;;;WD;(@Resource.Level >= 0x10 && local != -3 || Not_Exists @User.a%0020b))",
    'S:(RA;CI;;;;WD;("Project",TS,0x0,"Windows","SQL"))(RA;;;;;WD;("Secrecy",TU,0x3,3))',
    'S:(RA;;;;;WD;("a%003bb",TI,0x0,-1,9223372036854775807))(RA;;;;;WD;("o",TX,0x0,#00ff))',
    'S:(RA;;;;;WD;("s",TD,0x0,BA,S-1-5-21-1-2-3-4))(RA;;;;;WD;("b",TB,0x0,1))',
  ]) {
    expect(roundTrip(text)).toBe(text);
  }
});

test("other spellings become Windows' own", () => {
  for (const [text, canonical] of [
    ["s:d:p", "D:PS:"],
    ["D:AIPAR", "D:PARAI"],
    ["G:S-1-5-18O:S-1-5-32-544", "O:BAG:SY"],
    [" D: ( A ; OICI ; GRGWGX ; ; ; BU ) ", "D:(A;OICI;GXGWGR;;;BU)"],
    ["D:(A;;01234567;;;SY)", "D:(A;;0x53977;;;SY)"],
    ["D:(A;;17;;;SY)", "D:(A;;CCRP;;;SY)"],
    ["D:(A;;0x1f01ff;;;SY)", "D:(A;;FA;;;SY)"],
    ["D:(A;0x3;GA;;;SY)", "D:(A;OICI;GA;;;SY)"],
    ["D:(OA;;GA;{BF967ABA-0de6-11d0-a285-00aa003049e2};;SY)", "D:(OA;;GA;bf967aba-0de6-11d0-a285-00aa003049e2;;SY)"],
    ["D:(XA;;GA;;;WD;(a==##1#2#3##))", "D:(XA;;GA;;;WD;(a == #01020300))"],
    ["D:(XA;;GA;;;WD;(mEMBER_of(SID(S-1-1-0))))", "D:(XA;;GA;;;WD;(Member_of SID(WD)))"],
    ["D:(XA;;GA;;;WD;((@USER.a)&&(@device.b)))", "D:(XA;;GA;;;WD;(@User.a && @Device.b))"],
    ["D:(XA;;GA;;;WD;(a||(b||c)))", "D:(XA;;GA;;;WD;(a || (b || c)))"],
    ["D:(XA;;GA;;;WD;(! a Contains {}))", "D:(XA;;GA;;;WD;(!(a Contains {})))"],
    ["D:(XA;;GA;;;WD;(a==017||a==+1))", "D:(XA;;GA;;;WD;(a == 017 || a == +1))"],
  ] as const) {
    expect(roundTrip(text)).toBe(canonical);
  }
});

test("a condition is stored in postfix order ([MS-DTYP] 2.4.4.17.4)", () => {
  const ace = parseSddl('D:(XA;;FX;;;WD;(@User.T == "P" && !(Member_of{SID(WD)})))').dacl?.aces[0];
  const expected = [
    "61727478",
    "f9020000005400", // @User.T
    "10020000005000", // "P"
    "80", // ==
    "5011000000510c000000010100000000000100000000", // {SID(WD)}
    "89", // Member_of
    "a2", // !
    "a0", // &&
  ].join("");
  expect(ace !== undefined && "applicationData" in ace && toHex(ace.applicationData)).toBe(expected);
});

test("integers are stored with their sign and base", () => {
  const data = (text: string) => {
    const ace = parseSddl(`D:(XA;;;;;WD;(a == ${text}))`).dacl?.aces[0];
    return ace !== undefined && "applicationData" in ace ? toHex(ace.applicationData).slice(22, 44) : "";
  };
  expect(data("-1")).toBe("04ffffffffffffffff0202");
  expect(data("+0x10")).toBe("0410000000000000000103");
  expect(data("010")).toBe("0408000000000000000301");
  expect(code("D:(XA;;;;;WD;(a == 0x8000000000000000))")).toBe("SDDL_SYNTAX");
  expect(code("D:(XA;;;;;WD;(a == 09))")).toBe("SDDL_SYNTAX");
});

test("what SDDL has no words for is told in hexadecimal and read back", () => {
  for (const text of [
    "D:(0xc;;GA;bf967aba-0de6-11d0-a285-00aa003049e2;;SY)",
    "D:(0x20;OI;#01020304)",
    "D:(XA;;GA;;;SY;(#deadbeef))",
    "S:(RA;;;;;WD;(#00000000))",
  ]) {
    expect(roundTrip(text)).toBe(text);
  }
  // A string with a quotation mark cannot be written as text: artx, string of 2 bytes, ".
  const quote = parseSddl("D:(XA;;GA;;;SY;(#6172747810020000002200))");
  expect(formatSddl(quote)).toBe("D:(XA;;GA;;;SY;(#6172747810020000002200))");
});

test("conditions that are no expressions are told in hexadecimal", () => {
  const condition = (tokens: string) => {
    const aces = [
      { type: AceType.ACCESS_ALLOWED_CALLBACK, flags: 0, mask: 0, sid: "S-1-1-0", applicationData: fromHex(tokens) },
    ];
    return formatSddl({ control: 0x8000, resourceManagerControl: 0, dacl: { aces } });
  };
  for (const tokens of [
    "6172747",
    "61727478a2", // ! of nothing
    "61727478f802000000610087f80200000061", // cut off
    "61727478f8020000006100f8020000006100", // two values and no operator
    "61727478f8ffffffff6100", // a length beyond the end
    "61727478f802000000610089", // Member_of an attribute
    `61727478f8020000006100${"a2".repeat(5000)}`, // nested more deeply than is read back
    `61727478${"5000000000".repeat(2)}`,
  ]) {
    expect(condition(tokens), tokens.slice(0, 60)).toMatch(/;\(#[0-9a-f]*\)\)$/);
  }
});

test("hostile: many values of a claim share one long text", () => {
  const values = 1000;
  const header = `${"10000000"}03000000000000${"00"}${values
    .toString(16)
    .padStart(4, "0")
    .replace(/(..)(..)/, "$2$1")}0000`;
  const text = "4100".repeat(10_000);
  const offset = (16 + values * 4)
    .toString(16)
    .padStart(4, "0")
    .replace(/(..)(..)/, "$2$1");
  const applicationData = fromHex(`${header}${`${offset}0000`.repeat(values)}${text}0000`);
  const aces = [{ type: AceType.SYSTEM_RESOURCE_ATTRIBUTE, flags: 0, mask: 0, sid: "S-1-1-0", applicationData }];
  expect(formatSddl({ control: 0x8000, resourceManagerControl: 0, sacl: { aces } })).toMatch(/;\(#[0-9a-f]*\)\)$/);
});

test("hostile: nesting without end is refused", () => {
  expect(code(`D:(XA;;;;;WD;(${"(".repeat(100_000)}`)).toBe("SDDL_SYNTAX");
  expect(code(`D:(XA;;;;;WD;(${"!".repeat(100_000)}`)).toBe("SDDL_SYNTAX");
});

test("tells what is wrong, and where", () => {
  expect(code("X:")).toBe("SDDL_SYNTAX");
  expect(code("O:SYO:SY")).toBe("SDDL_SYNTAX");
  expect(code("D:(A;;GA;;;ZZ)")).toBe("SDDL_UNKNOWN_ALIAS");
  expect(code("D:(A;;GA;;;DA)")).toBe("SDDL_DOMAIN_NEEDED");
  expect(code("D:(A;;QQ;;;SY)")).toBe("SDDL_BAD_RIGHTS");
  expect(code("D:(A;;GAA;;;SY)")).toBe("SDDL_BAD_RIGHTS");
  expect(code("D:(A;;0x100000000;;;SY)")).toBe("SDDL_BAD_RIGHTS");
  expect(code("D:(Q;;GA;;;SY)")).toBe("SDDL_SYNTAX");
  expect(code("D:(A;QQ;GA;;;SY)")).toBe("SDDL_SYNTAX");
  expect(code("D:(A;;GA;;;SY;(a == 1))")).toBe("SDDL_SYNTAX");
  expect(code("D:(OA;;GA;nonsense;;SY)")).toBe("GUID_INVALID");
  expect(code("D:NO_ACCESS_CONTROL(A;;GA;;;SY)")).toBe("SDDL_SYNTAX");
  expect(code("D:(A;;GA;;;SY")).toBe("SDDL_SYNTAX");
  for (const condition of [
    "",
    "a ==",
    "a == @",
    "a = 1",
    "&& a",
    "a b",
    'Exists "a"',
    "Member_of 1 2",
    'a == "x',
    "{1}",
  ]) {
    expect(code(`D:(XA;;;;;WD;(${condition}))`), condition).toBe("SDDL_SYNTAX");
  }
  for (const claim of ["", '"a"', '"a",TZ,0', '"a",TS,x', '"a",TS,0,1', '"a",TB,0,2', '"a",TX,0,#1', '"a",TU,0,-1']) {
    expect(code(`S:(RA;;;;;WD;(${claim}))`), claim).toBe("SDDL_SYNTAX");
  }
  expect(() => parseSddl("D:(A;;GA;;;SY)x")).toThrow(expect.objectContaining({ offset: 14 }));
});

test("aliases of a domain need to know which", () => {
  const domain = "S-1-5-21-1-2-3";
  expect(formatSddl(parseSddl("O:DAG:DU", domain))).toBe("O:S-1-5-21-1-2-3-512G:S-1-5-21-1-2-3-513");
});

test("masks", () => {
  expect(formatAccessMask(0)).toBe("");
  expect(formatAccessMask(0xe00f0000)).toBe("SDRCWDWOGXGWGR");
  expect(formatAccessMask(0x1301bf)).toBe("0x1301bf");
  expect(formatAccessMask(0x9, true)).toBe("0x9");
  expect(parseAccessMask("FRFX")).toBe(0x1200a9);
  expect(parseAccessMask("gr")).toBe(0x80000000);
});
