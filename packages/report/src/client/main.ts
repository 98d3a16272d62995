import { followContents } from "./contents.ts";
import { followEvidenceLinks } from "./evidence-links.ts";
import { TableView } from "./table-view.ts";
import { applyStoredTheme, themeButton } from "./theme.ts";
import { TreemapView } from "./treemap-view.ts";

// The script stands in the page's head: a theme that was chosen applies before anything is painted.
applyStoredTheme();

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".masthead")?.append(themeButton());
  followContents();
  followEvidenceLinks();
  for (const figure of document.querySelectorAll<HTMLElement>("figure.table")) TableView.attach(figure);
  for (const figure of document.querySelectorAll<HTMLElement>("figure.treemap")) TreemapView.attach(figure);
});
