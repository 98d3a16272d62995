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

/**
 * Tags that images and answer files have for what the collected table calls zh-Hans-CN and the like. Numbers: [MS-LCID];
 * input methods: "Default input profiles (input locales) in Windows" (learn.microsoft.com).
 */
const CHINESE: Rows = [
  [
    "zh-CN",
    "Chinese (Simplified, China)",
    "0804",
    "0804:{81d4e9c9-1d3b-41bc-9e6c-4b40bf79e35e}{fa550b04-5ad7-411f-a5ac-ca038ec515d7}",
    "45",
  ],
  ["zh-HK", "Chinese (Traditional, Hong Kong SAR)", "0c04", "", "104"],
  ["zh-MO", "Chinese (Traditional, Macao SAR)", "1404", "", "151"],
  ["zh-SG", "Chinese (Simplified, Singapore)", "1004", "", "215"],
  [
    "zh-TW",
    "Chinese (Traditional, Taiwan)",
    "0404",
    "0404:{b115690a-ea02-48d5-a231-e3578d2fdf80}{b2f9c502-1742-11d4-9790-0080c882687e}",
    "237",
  ],
];

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
    locales: [...locales, ...CHINESE],
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
