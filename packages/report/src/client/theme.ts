import { button } from "./dom.ts";

const THEME_KEY = "report-theme";

/** The page's choice wins over the system's, and is kept for all reports of the same origin. */
export function applyStoredTheme(): void {
  const stored = storedTheme();
  if (stored) document.documentElement.dataset.theme = stored;
}

/** Switches between light and dark; its name is what it will do. */
export function themeButton(): HTMLButtonElement {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const name = () => (isDark() ? "Light theme" : "Dark theme");
  const toggle = button(name(), () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    storeTheme(theme);
    toggle.textContent = name();
  });
  toggle.className = "theme";
  system.addEventListener("change", () => {
    toggle.textContent = name();
  });
  return toggle;
}

// A page opened from a file, or with storage switched off, may have none: then the choice lasts as long as the page.
function storedTheme(): string | null {
  try {
    return localStorage.getItem(THEME_KEY);
  } catch {
    return null;
  }
}

function storeTheme(theme: string): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // The theme is set all the same.
  }
}
