// The kernels are written in the part of TypeScript that AssemblyScript shares: 32-bit integers that wrap only where they
// are told to, and memory that is reached by address. These names are AssemblyScript's; for TypeScript they are numbers.
declare type i32 = number;
declare type u32 = number;
