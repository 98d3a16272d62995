export function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", onClick);
  return made;
}

/** An element of a class with a text. */
export function div(className: string, ...content: (Node | string)[]): HTMLDivElement {
  const made = document.createElement("div");
  made.className = className;
  made.append(...content);
  return made;
}

/** The data block of a figure itself, not of one inside it. */
export function figureData<T>(figure: HTMLElement): T | undefined {
  const block = figure.querySelector(':scope > script[type="application/json"]');
  return block ? (JSON.parse(block.textContent ?? "") as T) : undefined;
}
