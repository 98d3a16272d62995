type Rows = string[][];

interface Values {
  geoIds: Rows;
  timeZones: Rows;
  keyboards: Rows;
  locales: {
    Id: string;
    DisplayName: string;
    LCID: string;
    KeyboardLayout: string | null;
    GeoLocation: string | null;
  }[];
  imageLanguages: Rows;
  docs: { defaultInputProfiles: Rows; defaultTimeZones: Rows };
}

/** One row a line. */
export function compactValues(values: Values): string {
  const locales = values.locales.map((locale) => [
    locale.Id,
    locale.DisplayName,
    locale.LCID,
    locale.KeyboardLayout ?? "",
    locale.GeoLocation ?? "",
  ]);
  const countries = values.docs.defaultTimeZones.slice(1).map(([, country = "", zone = ""]) => [country, zone]);
  return table({
    geoIds: values.geoIds,
    timeZones: values.timeZones,
    keyboards: values.keyboards.map(([id = "", name = ""]) => [id, name]),
    locales,
    imageLanguages: values.imageLanguages,
    countryTimeZones: countries.filter(([country = "", zone = ""]) => /^[A-Z]{2}$/.test(country) && zone !== ""),
  });
}

interface Keys {
  gvlk: { keys: { edition: string; key: string }[] };
  genericRetailInstallOnly: { keys: { edition: string; key: string; id: string }[] };
  byImageName: { rows: Rows };
}

/** Only keys that Microsoft publishes for setup: those of KMS clients, and generic ones that select an edition. */
export function compactKeys({ gvlk, genericRetailInstallOnly, byImageName }: Keys): string {
  const published = new Set([...gvlk.keys, ...genericRetailInstallOnly.keys].map(({ key }) => key));
  return table({
    kmsClient: gvlk.keys.map(({ edition, key }) => [edition, key]),
    generic: genericRetailInstallOnly.keys.map(({ edition, key }) => [edition, key]),
    imageNames: byImageName.rows
      .filter(([, key = ""]) => published.has(key))
      .map(([name = "", key = ""]) => [name, key]),
  });
}

function table(tables: Record<string, Rows>): string {
  const parts = Object.entries(tables).map(
    ([name, rows]) => `${JSON.stringify(name)}:[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]`,
  );
  return `{\n${parts.join(",\n")}\n}\n`;
}
