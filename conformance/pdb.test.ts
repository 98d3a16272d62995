import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileAccess } from "@adk/core";
import { type CodeSymbol, type LineTable, PdbFile, undecorate } from "@adk/pdb";
import { inspectFile } from "@adk/sources";
import { temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { startAdk } from "./support/adk.ts";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer, type Peer } from "./support/peers.ts";

/** Functions and publics as llvm-pdbutil lists them: where, bytes of code, name as it is stored. */
async function listedByPeer(pdbutil: Peer, file: string): Promise<string[]> {
  const { text } = await pdbutil.run(["dump", "--symbols", "--publics", file]);
  const listed: string[] = [];
  let name = "";
  for (const line of text.split("\n")) {
    name = /S_(?:[GL]PROC32\w*|THUNK32|PUB32) \[.*\] `(.*)`$/.exec(line)?.[1] ?? name;
    const [, section, offset] = /addr = (\d+):(\d+)/.exec(line) ?? [];
    if (name === "" || section === undefined) continue;
    const size = /(?:code size|thunk, size) = (\d+)/.exec(line)?.[1] ?? 0;
    listed.push(`${section}:${offset} ${size} ${name}`);
    name = "";
  }
  return listed;
}

/** Begin of each section of code, by its number. */
async function sections(pdbutil: Peer, file: string): Promise<Map<number, { address: number; isCode: boolean }>> {
  const { text } = await pdbutil.run(["dump", "--section-headers", file]);
  const headers = text.split(/SECTION HEADER #/).slice(1);
  return new Map(
    headers.map((header) => [
      Number.parseInt(header, 10),
      {
        address: Number.parseInt(/([0-9A-F]+) virtual address/i.exec(header)?.[1] ?? "", 16),
        isCode: header.includes("IMAGE_SCN_MEM_EXECUTE"),
      },
    ]),
  );
}

async function expectSameSymbols(pdbutil: Peer, file: string): Promise<CodeSymbol[]> {
  const pdb = await PdbFile.open(await FileAccess.open(file));
  const ours = [...(await pdb.readSymbols())];
  await pdb.close();
  const known = await sections(pdbutil, file);
  const theirs = (await listedByPeer(pdbutil, file)).flatMap((line) => {
    const [, section = "", offset = "", size, name] = /^(\d+):(\d+) (\d+) (.*)$/.exec(line) ?? [];
    const { address, isCode } = known.get(Number(section)) ?? { address: 0, isCode: false };
    return isCode ? [`${address + Number(offset)} ${size} ${name}`] : [];
  });
  expect(ours.map(({ address, size, decoratedName }) => `${address} ${size} ${decoratedName}`).sort()).toEqual(
    theirs.sort(),
  );
  return ours;
}

function countLines(lines: LineTable): number {
  return [...lines].length;
}

describeWithData("trace", (data) => {
  const file = join(data, "CppCon.pdb");

  test("is recognised", async () => {
    expect(await inspectFile(file)).toMatchObject({
      format: "pdb",
      facts: { guid: "12dc0a4f-bd7d-4f2a-a9be-263bacaeb467", age: 5, machine: 0x14c },
    });
  });

  test("lines of a database of Microsoft's linker", async () => {
    const pdb = await PdbFile.open(await FileAccess.open(file));
    expect(pdb.id).toBe("12DC0A4FBD7D4F2AA9BE263BACAEB4675");
    const lines = await pdb.readLines();
    // Section 1 begins at 0x1000; the recorded listing has `731 00000010`, then `737 00000040`.
    expect(lines.find(0x1010)).toMatchObject({ line: 731, file: expect.stringMatching(/include\\ostream$/) });
    expect(lines.find(0x103f)?.line).toBe(731);
    expect(lines.find(0x1040)?.line).toBe(737);
    expect(countLines(lines)).toBeGreaterThan(300);
    await pdb.close();
  });

  test("adk trace pdb lists them", { timeout: 30_000 }, async () => {
    const { exitCode, stdout } = await startAdk(["trace", "pdb", file, "--json"]).ended;
    expect(exitCode).toBe(0);
    const { id, functions, lines } = JSON.parse(stdout);
    expect({ id, lines }).toEqual({ id: "12DC0A4FBD7D4F2AA9BE263BACAEB4675", lines: 463 });
    expect(functions).toContainEqual({ name: "main", decoratedName: "main", address: 0x1000, size: 14 });
  });

  describeWithPeer(["llvm-pdbutil-14"], (pdbutil) => {
    test("functions and publics of a database of Microsoft's linker", async () => {
      expect((await expectSameSymbols(pdbutil, file)).length).toBeGreaterThan(150);
    });
  });
});

/** What Visual C++ decorates in many ways. */
const SOURCE = `
namespace ns {
  struct Base { virtual ~Base() {} virtual int f(int x) const { return x; } int m; };
  struct Derived : virtual Base {
    int operator()(int a, const char*) { return a; } operator const char*() { return 0; }
    bool operator==(const Derived&) const { return true; } int g() && { return 0; } void v() volatile {}
  };
  template <class T, int N> struct Arr { T t[N]; T& get(int i) { return t[i]; } template <class U> U conv(T, U u) { return u; } };
  template <class... Ts> struct Pack { int go(Ts...) { return 1; } };
  template <int (*F)(int)> struct Fp { int go() { return F(1); } };
  template <int Base::*P> struct Mp { int go() { return 1; } };
  template <class T> struct One {};
  template <class T> T ident(T t) { return t; }
}
using namespace ns;
int freefn(int x) { return x; }
int takes(int (*)(char, const wchar_t*), int Base::*, int (Base::*)(int) const, const int (&)[3][4], int&&,
          const volatile void* const*, char16_t, bool, long long, long double, One<One<int>>, One<One<int>>, ...) { return 0; }
namespace { struct Hidden { int q() { return freefn(2); } }; }
int lambda() { auto l = [](int a) { struct Local { int z(int q) { return q; } }; return Local().z(a); }; return l(1); }
int use() {
  Arr<int, 3> a{}; Arr<Base*, 10> b{}; a.get(1); b.get(2); a.conv(1, 2.0f); a.conv<Derived*>(1, nullptr);
  Pack<> p0; p0.go(); Pack<int, char*, One<One<int>>> p3; p3.go(1, nullptr, {});
  Fp<freefn> f; f.go(); Mp<&Base::m> m; m.go();
  ident<int (*)(int)>(freefn); ident<int Base::*>(nullptr); ident<int (Base::*)(int) const>(nullptr); ident<int (&)[3]>(a.t);
  Derived d; d(1, ""); (const char*)d; d == d; d.v(); static_cast<Derived&&>(d).g();
  return Hidden().q() + lambda();
}
extern "C" int entry() { return use(); }
extern "C" { int _fltused; void __chkstk() {} void* memset(void* to, int, decltype(sizeof 0)) { return to; } }
void operator delete(void*) noexcept {}
`;

describeWithPeer(["clang-14", "lld-link-14", "llvm-pdbutil-14", "llvm-undname-14"], (clang, link, pdbutil, undname) => {
  describe("databases of C++ that LLVM made", () => {
    test("have the same functions, sizes and names", { timeout: 60_000 }, async () => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, "sample.cpp"), SOURCE);
      const target = ["--target=x86_64-pc-windows-msvc", "-std=c++17", "-fno-exceptions", "-fno-rtti"];
      await clang.run([...target, "-w", "-O0", "-g", "-gcodeview", "-c", "sample.cpp", "-o", "sample.obj"], { cwd });
      await link.run(["/nodefaultlib", "/entry:entry", "/subsystem:console", "/debug", "sample.obj"], { cwd });
      const symbols = await expectSameSymbols(pdbutil, join(cwd, "sample.pdb"));

      const decorated = symbols.map(({ decoratedName }) => decoratedName).filter((name) => name.startsWith("?"));
      expect(decorated.length).toBeGreaterThan(25);
      const flags = ["access-specifier", "calling-convention", "return-type", "member-type", "variable-type"];
      const input = Buffer.from(`${decorated.join("\n")}\n`);
      const { text } = await undname.run(
        flags.map((flag) => `--no-${flag}`),
        { input },
      );
      const peers = new Map(
        text
          .trim()
          .split("\n\n")
          .map((pair) => pair.split("\n") as [string, string]),
      );
      for (const name of decorated) {
        // The peer writes the parameters of functions that names are inside of, too; spaces differ.
        const close = (value: string) => value.replaceAll(/, /g, ",").replaceAll(/ (?=>)/g, "");
        const theirs = close(peers.get(name) ?? "").replaceAll(/`int __cdecl lambda\(void\)'/g, "`lambda'");
        if (theirs.includes("lambda_")) continue;
        const shortened = theirs.replace("&freefn(int)", "&freefn");
        expect(shortened.startsWith(`${close(undecorate(name))}(`), `${name}: ${undecorate(name)}, ${theirs}`).toBe(
          true,
        );
      }

      const pdb = await PdbFile.open(await FileAccess.open(join(cwd, "sample.pdb")));
      const lines = await pdb.readLines();
      const use = symbols.find(({ name }) => name === "freefn");
      expect(lines.find(use?.address ?? 0)?.line).toBe(
        SOURCE.split("\n").findIndex((line) => line.startsWith("int freefn")) + 1,
      );
      await pdb.close();
    });
  });
});
