/** Two messages in the form that tracepdb writes. */
export const SAMPLE_TMF = `// PDB:  queue.pdb
b0a2ab1c-5ef9-1ea1-cc83-9a8b4c3a1a8d driver // SRC=queue.c MJ= MN=
#typev queue_c258 12 "%0%!FUNC!: code %10!d! %11!08x! [%12!-5s!] %13!p! %14!s!" //   LEVEL=TRACE_LEVEL_ERROR FLAGS=QUEUE FUNC=DeviceControl
{
Code, ItemLong -- 10
Mask, ItemLong -- 11
Path, ItemWString -- 12
Address, ItemPtr -- 13
Name, ItemPString -- 14
}
#typev queue_c300 13 "%0%12!s! is %10!s!: %11!s!" // LEVEL=TRACE_LEVEL_INFORMATION
{
Priority, ItemListLong(Low,High) -- 10
Status, ItemNTSTATUS -- 11
Peer, ItemIPAddr -- 12
}
`;
