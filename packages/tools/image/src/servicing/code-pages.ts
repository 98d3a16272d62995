/** What Windows keeps of a system locale: identifier and code pages of programs that are not Unicode. */
export interface SystemLocale {
  /** `de-DE` */
  readonly name: string;
  /** Locale identifier: `0407`. */
  readonly lcid: string;
  readonly ansi: number;
  readonly oem: number;
}

/**
 * Locale identifiers ([MS-LCID] 2.2) with their ANSI and OEM code pages ("NLS information", learn.microsoft.com).
 * Locales that have Unicode only are not here: Windows would keep the code pages of another.
 */
const LOCALES: readonly (readonly [ansi: number, oem: number, locales: string])[] = [
  [1252, 437, "en-US 0409"],
  [
    1252,
    850,
    "de-DE 0407 de-CH 0807 de-AT 0c07 de-LU 1007 de-LI 1407 fr-FR 040c fr-BE 080c fr-CA 0c0c fr-CH 100c fr-LU 140c",
  ],
  [1252, 850, "en-GB 0809 en-AU 0c09 en-CA 1009 en-NZ 1409 en-IE 1809 it-IT 0410 it-CH 0810 nl-NL 0413 nl-BE 0813"],
  [
    1252,
    850,
    "es-ES 0c0a es-MX 080a es-AR 2c0a es-CL 340a es-CO 240a es-PE 280a es-VE 200a pt-BR 0416 pt-PT 0816 ca-ES 0403",
  ],
  [1252, 850, "da-DK 0406 fi-FI 040b nb-NO 0414 nn-NO 0814 sv-SE 041d sv-FI 081d is-IS 040f gl-ES 0456 eu-ES 042d"],
  [1252, 437, "en-ZA 1c09"],
  [1250, 852, "cs-CZ 0405 hu-HU 040e pl-PL 0415 ro-RO 0418 hr-HR 041a sk-SK 041b sl-SI 0424 sq-AL 041c"],
  [1251, 866, "ru-RU 0419 uk-UA 0422 be-BY 0423 bg-BG 0402 kk-KZ 043f mk-MK 042f"],
  [1253, 737, "el-GR 0408"],
  [1254, 857, "tr-TR 041f"],
  [1255, 862, "he-IL 040d"],
  [1256, 720, "ar-SA 0401 ar-EG 0c01 ar-AE 3801 fa-IR 0429 ur-PK 0420"],
  [1257, 775, "et-EE 0425 lv-LV 0426 lt-LT 0427"],
  [1258, 1258, "vi-VN 042a"],
  [874, 874, "th-TH 041e"],
  [932, 932, "ja-JP 0411"],
  [936, 936, "zh-CN 0804 zh-SG 1004"],
  [949, 949, "ko-KR 0412"],
  [950, 950, "zh-TW 0404 zh-HK 0c04 zh-MO 1404"],
];

const BY_NAME: ReadonlyMap<string, SystemLocale> = new Map(
  LOCALES.flatMap(([ansi, oem, text]) => {
    const words = text.split(" ");
    return words.flatMap((name, i) => {
      return i % 2 === 0 ? [[name.toLowerCase(), { name, lcid: words[i + 1] ?? "", ansi, oem }] as const] : [];
    });
  }),
);

/** By name in any case; undefined for what is not in the table. */
export function findSystemLocale(name: string): SystemLocale | undefined {
  return BY_NAME.get(name.toLowerCase());
}

export const SYSTEM_LOCALES: readonly string[] = [...BY_NAME.values()].map(({ name }) => name);
