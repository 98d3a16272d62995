import { expect, test } from "vitest";
import { AnswerFile } from "../document/answer-file.ts";
import { COMPLETE, one } from "../testing/answer-files.ts";
import { simulateDisks } from "./simulate.ts";

test("the table of a UEFI installation", () => {
  const { disks, install, problems } = simulateDisks(AnswerFile.fromText(COMPLETE));
  expect(problems).toEqual([]);
  expect(disks).toMatchObject([{ id: 0, style: "gpt", wiped: true }]);
  expect(
    disks[0]?.partitions.map(({ number, type, sizeMB, format, label, letter }) => [
      number,
      type,
      sizeMB,
      format,
      label,
      letter,
    ]),
  ).toEqual([
    [1, "EFI", 260, "FAT32", "System", undefined],
    [2, "MSR", 16, undefined, undefined, undefined],
    [3, "Primary", "rest", "NTFS", undefined, "C"],
  ]);
  expect(install).toMatchObject({ diskId: 0, partition: { number: 3 } });
});

test("an extended partition has no number of its own", () => {
  const create = ["Primary", "Extended", "Logical", "Logical"].map(
    (type, index) =>
      `<CreatePartition><Order>${index + 1}</Order><Type>${type}</Type><Size>1000</Size></CreatePartition>`,
  );
  const file = one(
    "windowsPE",
    "Microsoft-Windows-Setup",
    `<DiskConfiguration><Disk><DiskID>1</DiskID><CreatePartitions>${create.join("")}</CreatePartitions></Disk></DiskConfiguration>`,
  );
  const [disk] = simulateDisks(file).disks;
  expect([disk?.style, disk?.partitions.map(({ number }) => number)]).toEqual(["mbr", [1, undefined, 2, 3]]);
});

test("partitions come in their Order, whatever the order of the text", () => {
  const create = [2, 1].map(
    (order) => `<CreatePartition><Order>${order}</Order><Type>Primary</Type><Size>${order}</Size></CreatePartition>`,
  );
  const file = one(
    "windowsPE",
    "Microsoft-Windows-Setup",
    `<DiskConfiguration><Disk><DiskID>0</DiskID><CreatePartitions>${create.join("")}</CreatePartitions></Disk></DiskConfiguration>`,
  );
  expect(simulateDisks(file).disks[0]?.partitions.map(({ sizeMB }) => sizeMB)).toEqual([1, 2]);
});

test("no configuration, no disks", () => {
  expect(simulateDisks(AnswerFile.fromText("<x/>"))).toEqual({ disks: [], install: undefined, problems: [] });
});
