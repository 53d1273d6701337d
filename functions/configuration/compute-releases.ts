/** The compute RPC of each release by which `upgrade_levels.compute` may pin it, as computes know the names. */
const RELEASES: Readonly<Record<string, string>> = {
  queens: '5.0',
  rocky: '5.0',
  stein: '5.1',
  train: '5.3',
  ussuri: '5.11',
  victoria: '5.12',
  wallaby: '6.0',
  xena: '6.0',
  yoga: '6.0',
  zed: '6.1',
  antelope: '6.2',
  '2023.1': '6.2',
  bobcat: '6.2',
  '2023.2': '6.2',
  caracal: '6.3',
  '2024.1': '6.3',
  dalmatian: '6.3',
  '2024.2': '6.3',
  epoxy: '6.4',
  '2025.1': '6.4',
  flamingo: '6.4',
  '2025.2': '6.4',
  gazpacho: '6.5',
  '2026.1': '6.5',
  hibiscus: '6.5',
  '2026.2': '6.5',
};

/** By the lowest service version of a cell, as without a pin. */
const AUTO = 'auto';

const NAMES = Object.keys(RELEASES).map((name) => name.replace('.', String.raw`\.`));

/** What a pin may be. */
export const PIN = {
  form: new RegExp(String.raw`^(?:\d{1,3}\.\d{1,3}|${[...NAMES, AUTO].join('|')})$`, 'u'),
  values: 'a version like 5.13, a release like antelope or 2023.1, or auto',
} as const;

/** The version that a pin stands for; null for none. */
export const pinnedVersion = (pin: string): string | null => (pin === AUTO ? null : (RELEASES[pin] ?? pin));
