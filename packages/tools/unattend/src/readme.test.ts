import { runReadmeExample } from "@adk/testing";
import { expect, test } from "vitest";

test("the example of the README runs", () => {
  const { printed } = runReadmeExample(new URL("../README.md", import.meta.url));
  expect(printed).toBe(`4:21 error computer-name
5:17 warning time-zone-case
[ 'Write UTC' ] 0
[ 'ComputerName = WEB-01', 'TimeZone = UTC' ]
0 0
`);
});
