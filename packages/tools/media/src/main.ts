import { main } from "@adk/cli-kit/main";
import { groups } from "./cli/index.ts";

await main({
  name: "adk-media",
  summary: "OSCDIMG, disk images and boot stores without Windows.",
  manifest: new URL("../package.json", import.meta.url),
  groups,
});
