import { adkError } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { EventColumns } from "../model/event-columns.ts";
import { CallStacks, EMPTY_ROW } from "../stacks/call-stacks.ts";
import { Frames, PROCESS_FRAME } from "../stacks/frames.ts";
import { SAMPLE_COLUMNS, type StackProfile } from "../stacks/stack-profile.ts";
import { StackTags } from "./stack-tags.ts";
import { NO_TAG, tagStacks } from "./tag-stacks.ts";

const parse = (xml: string) => StackTags.parse(new TextEncoder().encode(xml));

const TAGS = parse(`<?xml version="1.0"?>
<Tag Name="">
  <Tag Name="Network">
    <Tag Name="Send"><Entrypoint Module="tcpip.sys" Method="TcpSend*"/></Tag>
    <Tag Name="Firewall" Priority="10"><Entrypoint Module="NETIO.SYS" Method="*"/></Tag>
  </Tag>
  <Tag Name="Copy"><Entrypoint Module="*" Method="mem?py*"/></Tag>
  <Tag Name="Low" Priority="-1"><Entrypoint Module="low.dll" Method="*"/></Tag>
  <HintTag Name="Serialize" Priority="5" HintOperator="Callee"><Entrypoint Module="ser.dll" Method="Write"/></HintTag>
  <HintTag Name="Wait" Priority="5" HintOperator="Caller" OnlyShowModule="true"><Entrypoint Module="wait.dll" Method="Wait"/></HintTag>
</Tag>`);

/** Each stack from the outermost function inwards, as `module!function`, with a weight. */
function profileOf(...given: readonly (readonly [number, ...string[]])[]): StackProfile {
  const [frames, stacks] = [new Frames(), new CallStacks(given.length)];
  const samples = new EventColumns(SAMPLE_COLUMNS);
  const outermost = frames.number({ module: PROCESS_FRAME, function: "app.exe (1)" });
  for (const [weight, ...functions] of given) {
    const inwards = functions.map((each) => {
      const [module = "", name = ""] = each.split("!");
      return frames.number({ module, function: name });
    });
    const row = samples.add();
    stacks.put(row, stacks.addRow([outermost, ...inwards].reverse()), EMPTY_ROW);
    samples.tail.weight[row] = weight;
    samples.tail.stack[row] = row;
  }
  return { title: "", unit: "milliseconds", frames, stacks, samples, processes: [], total: 0, duration: 0 };
}

const namesOf = (...functions: string[]) => tagStacks(profileOf([1, ...functions]), TAGS).usages[0]?.tag;

describe("the tag of a stack", () => {
  test.each([
    [["a.dll!f", "TCPIP.sys!tcpSendData"], "Network\\Send"],
    [["a.dll!f"], NO_TAG],
    [[], NO_TAG],
    // The innermost of equal ones, whatever is inside it.
    [["tcpip.sys!TcpSend", "ntoskrnl.exe!memcpy", "ntoskrnl.exe!other"], "Copy"],
    [["ntoskrnl.exe!memcpy", "tcpip.sys!TcpSend"], "Network\\Send"],
    [["netio.sys!", "ntoskrnl.exe!memcpy"], "Network\\Firewall"],
    [["low.dll!x"], "Low"],
    [["tcpip.sys!TcpSend", "low.dll!x"], "Network\\Send"],
    [["x.dll!memcpy_s"], "Copy"],
    [["x.dll!memory"], NO_TAG],
    [["ser.dll!Write", "app.dll!Save", "app.dll!deeper"], "Serialize\\app.dll!Save"],
    [["ser.dll!Write"], "Serialize"],
    [["app.dll!Run", "wait.dll!Wait", "ntdll.dll!x"], "Wait\\app.dll"],
    [["wait.dll!Wait"], "Wait"],
  ])("%j: %s", (functions, tag) => expect(namesOf(...functions)).toBe(tag));

  test("weights are those of the samples", () => {
    const tagged = tagStacks(profileOf([2, "tcpip.sys!TcpSend"], [3, "x!y"], [4, "tcpip.sys!TcpSend"]), TAGS);
    expect(tagged.usages).toEqual([
      { tag: "Network\\Send", weight: 6, count: 2 },
      { tag: NO_TAG, weight: 3, count: 1 },
    ]);
    expect([...tagged.samples].map((name) => tagged.names[name])).toEqual(["Network\\Send", NO_TAG, "Network\\Send"]);
  });
});

test("files that are none are refused", () => {
  expect(() => parse("<Tags/>")).toThrow(adkError("STACK_TAGS_NO_TAGS"));
  expect(() => parse("<Tag><Tag></Tag>")).toThrow(adkError("TRACE_BAD_XML"));
  expect(() => parse("")).toThrow(adkError("TRACE_BAD_XML"));
});

test("a pattern of many stars takes no time", () => {
  const tags = parse(`<Tag Name=""><Tag Name="x"><Entrypoint Module="*" Method="${"*a".repeat(40)}b"/></Tag></Tag>`);
  expect(tags.tagOf({ module: "m", function: "a".repeat(5000) })).toBeUndefined();
});
