import { main } from "@adk/cli-kit/main";
import { groups } from "./cli/index.ts";

await main({
  name: "adk-image",
  summary: "DISM and ImageX without Windows.",
  manifest: new URL("../package.json", import.meta.url),
  groups,
});
