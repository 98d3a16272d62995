/** The letters of decorated names, as Visual C++ writes them ("Decorated names", learn.microsoft.com; the rest is known from its output). */

/** After `?`: operators by one letter or digit. Constructor (0), destructor (1) and conversion (B) depend on what is around them. */
export const OPERATORS: Readonly<Record<string, string>> = {
  "2": "operator new",
  "3": "operator delete",
  "4": "operator=",
  "5": "operator>>",
  "6": "operator<<",
  "7": "operator!",
  "8": "operator==",
  "9": "operator!=",
  A: "operator[]",
  C: "operator->",
  D: "operator*",
  E: "operator++",
  F: "operator--",
  G: "operator-",
  H: "operator+",
  I: "operator&",
  J: "operator->*",
  K: "operator/",
  L: "operator%",
  M: "operator<",
  N: "operator<=",
  O: "operator>",
  P: "operator>=",
  Q: "operator,",
  R: "operator()",
  S: "operator~",
  T: "operator^",
  U: "operator|",
  V: "operator&&",
  W: "operator||",
  X: "operator*=",
  Y: "operator+=",
  Z: "operator-=",
};

/** After `?_`. */
export const SPECIAL_NAMES: Readonly<Record<string, string>> = {
  "0": "operator/=",
  "1": "operator%=",
  "2": "operator>>=",
  "3": "operator<<=",
  "4": "operator&=",
  "5": "operator|=",
  "6": "operator^=",
  "7": "`vftable'",
  "8": "`vbtable'",
  "9": "`vcall'",
  A: "`typeof'",
  B: "`local static guard'",
  C: "`string'",
  D: "`vbase dtor'",
  E: "`vector deleting dtor'",
  F: "`default ctor closure'",
  G: "`scalar deleting dtor'",
  H: "`vector ctor iterator'",
  I: "`vector dtor iterator'",
  J: "`vector vbase ctor iterator'",
  K: "`virtual displacement map'",
  L: "`eh vector ctor iterator'",
  M: "`eh vector dtor iterator'",
  N: "`eh vector vbase ctor iterator'",
  O: "`copy ctor closure'",
  S: "`local vftable'",
  T: "`local vftable ctor closure'",
  U: "operator new[]",
  V: "operator delete[]",
  X: "`placement delete closure'",
  Y: "`placement delete[] closure'",
};

/** After `?_R`. */
export const RUNTIME_TYPE_NAMES: Readonly<Record<string, string>> = {
  "0": "`RTTI Type Descriptor'",
  "1": "`RTTI Base Class Descriptor'",
  "2": "`RTTI Base Class Array'",
  "3": "`RTTI Class Hierarchy Descriptor'",
  "4": "`RTTI Complete Object Locator'",
};

/** After `?__`. */
export const FURTHER_NAMES: Readonly<Record<string, string>> = {
  A: "`managed vector ctor iterator'",
  B: "`managed vector dtor iterator'",
  C: "`EH vector copy ctor iterator'",
  D: "`EH vector vbase copy ctor iterator'",
  G: "`vector copy ctor iterator'",
  H: "`vector vbase copy constructor iterator'",
  I: "`managed vector vbase copy constructor iterator'",
  J: "`local static thread guard'",
  L: "operator co_await",
  M: "operator<=>",
};

/** Types of one letter. */
export const TYPES: Readonly<Record<string, string>> = {
  C: "signed char",
  D: "char",
  E: "unsigned char",
  F: "short",
  G: "unsigned short",
  H: "int",
  I: "unsigned int",
  J: "long",
  K: "unsigned long",
  M: "float",
  N: "double",
  O: "long double",
  X: "void",
  Z: "...",
};

/** Types after `_`. */
export const FURTHER_TYPES: Readonly<Record<string, string>> = {
  D: "__int8",
  E: "unsigned __int8",
  F: "__int16",
  G: "unsigned __int16",
  H: "__int32",
  I: "unsigned __int32",
  J: "__int64",
  K: "unsigned __int64",
  L: "__int128",
  M: "unsigned __int128",
  N: "bool",
  P: "auto",
  Q: "char8_t",
  S: "char16_t",
  T: "decltype(auto)",
  U: "char32_t",
  W: "wchar_t",
};

/** Kinds of user-defined types. */
export const TAGS: Readonly<Record<string, string>> = { T: "union", U: "struct", V: "class" };

/** What a pointer or reference is, and what it is itself qualified with. */
export const POINTERS: Readonly<Record<string, string>> = {
  A: "&",
  B: "&volatile",
  P: "*",
  Q: "*const ",
  R: "*volatile ",
  S: "*const volatile ",
};

/** Qualifiers of a type, or of what a pointer leads to. */
export const QUALIFIERS: Readonly<Record<string, string>> = { A: "", B: "const", C: "volatile", D: "const volatile" };

export const CALLING_CONVENTIONS: Readonly<Record<string, string>> = {
  A: "__cdecl",
  B: "__cdecl",
  C: "__pascal",
  D: "__pascal",
  E: "__thiscall",
  F: "__thiscall",
  G: "__stdcall",
  H: "__stdcall",
  I: "__fastcall",
  J: "__fastcall",
  M: "__clrcall",
  N: "__clrcall",
  O: "__eabi",
  P: "__eabi",
  Q: "__vectorcall",
  S: "__attribute__((__swiftcall__)) ",
  W: "__attribute__((__swiftasynccall__)) ",
};
