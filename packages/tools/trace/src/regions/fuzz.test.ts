import { Findings } from "@adk/core";
import { fuzz, mutate, orRefused } from "@adk/testing";
import { expect, test } from "vitest";
import { regionsTable } from "../tables/regions.ts";
import { NUMBERED_PROVIDER, traceOf } from "../testing/numbered-events.ts";
import { parseRegions } from "./parse-regions.ts";
import { WantedRegions } from "./wanted-regions.ts";

// Damaged files of regions are refused, or what can be read of them is looked for. More by `npm run fuzz`.

const guid = (number: number) => `{00000000-0000-0000-0000-00000000000${number}}`;
const event = (id: number) => `<Event Provider="{${NUMBERED_PROVIDER}}" Id="${id}"/>`;
const FILE = `<InstrumentationManifest><Instrumentation><Regions><RegionRoot Guid="${guid(0)}" Name="r">
<Region Guid="${guid(1)}" Name="a"><Start>${event(1)}</Start><Stop>${event(2)}</Stop>
<Match><Event TID="true"><Payload FieldName="Number"/></Event><SelfNest PID="true"/></Match><Naming><PayloadBased NameField="Name"/></Naming>
<Region Guid="${guid(2)}" Name="b"><Start>${event(3)}<PayloadIdentifier FieldName="Name" FieldValue="^(n|m)+$" FieldValueRelationship="RegEx"/></Start>
<Stop><Duration Provider="{${NUMBERED_PROVIDER}}" Id="3" Duration="Number" Multiplier="1000"/></Stop><Match><Parent TID="true"/></Match></Region></Region>
<Region Guid="${guid(3)}" Name="c"><Filter><Region RegionGuid="${guid(1)}" Type="InPost"/></Filter>
<Start><Region RegionGuid="${guid(1)}" Endpoint="Start"/></Start><Stop><Region RegionGuid="${guid(2)}" Endpoint="Stop"/></Stop></Region>
</RegionRoot></Regions></Instrumentation></InstrumentationManifest>`;

test("damaged files of regions are read or refused", { timeout: 0 }, async () => {
  const trace = traceOf(
    [1, { id: 1, number: 7, name: "x" }],
    [2, { id: 3, number: 500, name: "nm" }],
    [4, { id: 2, number: 7 }],
    [6, { id: 1 }],
    [8, { id: 2 }],
  );
  const bytes = new TextEncoder().encode(FILE);
  const whole = await trace.rows(regionsTable(new WantedRegions(parseRegions([{ bytes }], new Findings()))));
  expect(whole.map(({ name }) => name)).toEqual(["r", "a", "b", "a"]);
  const sample = { bytes, regions: [[0, bytes.length]], edges: [] } as const;
  const options = { executions: 600, mostTime: 5000, outcomes: { found: 0.05, nothing: 0, refused: 0.05 } };
  await fuzz(options, async (next) => {
    const damaged = mutate(sample, next);
    const findings = new Findings();
    const set = await orRefused(async () => parseRegions([{ bytes: damaged, file: "r.xml" }], findings));
    if (!set) return "refused";
    const rows = await trace.rows(regionsTable(new WantedRegions(set)));
    for (const { start, stop } of rows) expect(stop as number).toBeGreaterThanOrEqual(start as number);
    return rows.length > 0 ? "found" : "nothing";
  });
});
