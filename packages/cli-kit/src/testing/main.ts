import { main } from "../main.ts";
import { groups } from "./groups.ts";

const manifest = new URL("../../package.json", import.meta.url);
const examples = [["adk demo info a.wim", "tells about a file"]] as const;
await main({ name: "adk", summary: "Commands for tests.", manifest, groups, examples, docs: "https://example.org" });
