import { main } from "@adk/cli-kit/main";
import { groups } from "./cli/index.ts";

await main({
  name: "adk-trace",
  summary: "Windows Performance Toolkit without Windows.",
  manifest: new URL("../package.json", import.meta.url),
  groups,
});
