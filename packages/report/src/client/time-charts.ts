import { FlameView } from "./flame-view.ts";
import { TimelineView } from "./timeline-view.ts";

// Of pages that show a timeline or a flame graph: others are smaller without it.
document.addEventListener("DOMContentLoaded", () => {
  for (const figure of document.querySelectorAll<HTMLElement>("figure.timeline")) TimelineView.attach(figure);
  for (const figure of document.querySelectorAll<HTMLElement>("figure.flame-graph")) FlameView.attach(figure);
});
