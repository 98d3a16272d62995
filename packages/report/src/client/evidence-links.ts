/** Links that show a part of what they lead to: rows of a table, or a time of a timeline. */
export function followEvidenceLinks(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("main a[href^='#']") : null;
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    const { filter, from, to } = link.dataset;
    const closed = target.closest("details");
    if (closed) closed.open = true;
    if (filter !== undefined) {
      const field = target.querySelector<HTMLInputElement>("input[type=search]");
      if (field) {
        field.value = filter;
        field.dispatchEvent(new Event("input"));
      }
    }
    if (from !== undefined && to !== undefined) {
      target.dispatchEvent(new CustomEvent("show-time", { detail: { from: Number(from), to: Number(to) } }));
    }
  });
}
