import { expect, test } from "vitest";
import { undecorate } from "./undecorate.ts";

test.each([
  ["main", "main"],
  ["_Sleep@4", "Sleep"],
  ["@fast@8", "fast"],
  ["?f@@YAXXZ", "f"],
  ["??0Base@inner@ns@@QEAA@XZ", "ns::inner::Base::Base"],
  ["??1Base@inner@ns@@UEAA@XZ", "ns::inner::Base::~Base"],
  ["??BDerived@inner@ns@@QEAAPEBDXZ", "ns::inner::Derived::operator char const *"],
  ["??_GBase@inner@ns@@UEAAPEAXI@Z", "ns::inner::Base::`scalar deleting dtor'"],
  [
    "??$?6U?$char_traits@D@std@@@std@@YAAAV?$basic_ostream@DU?$char_traits@D@std@@@0@AAV10@PBD@Z",
    "std::operator<<<struct std::char_traits<char> >",
  ],
  ["?get@?$Arr@PEBD$01@inner@ns@@QEAAAEAPEBDH@Z", "ns::inner::Arr<char const *,2>::get"],
  ["?go@?$Fp@$1?freefn@@YAHH@Z@inner@ns@@QEAAHXZ", "ns::inner::Fp<&freefn>::go"],
  ["?go@?$Val@$MH0?BBBHA@@inner@ns@@QEAAHXZ", "ns::inner::Val<-70000>::go"],
  [
    "?z@Local@?1???R<lambda_0>@?0??lam@@YAHXZ@QEBA?A?<auto>@@H@Z@QEAAHH@Z",
    "``lam'::`1'::<lambda_0>::operator()'::`2'::Local::z",
  ],
  ["??__Egvar@@YAXXZ", "`dynamic initializer for 'gvar''"],
  ["?anon@?A0xC3C15245@@YAHH@Z", "`anonymous namespace'::anon"],
])("%s", (decorated, name) => {
  expect(undecorate(decorated)).toBe(name);
});

test("what cannot be read stays as it is", () => {
  for (const name of ["?", "??", "?f", "?f@", "??$", "?9@", "??B", "?f@?$x@@", `?f@${"?$a@V".repeat(1000)}`]) {
    expect(undecorate(name)).toBe(name);
  }
});

test("references to references do not fill the memory", () => {
  const nested = `?f@${"?$a@V1V1V1V1V1V1V1V1V1@@".repeat(40)}@@YAXXZ`;
  expect(undecorate(nested).length).toBeLessThan(1 << 20);
});
