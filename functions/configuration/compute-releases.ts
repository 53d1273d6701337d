/** The releases of each version of the compute RPC, as computes know their names and as they are numbered. */
const BY_VERSION = {
  '5.0': 'queens rocky',
  '5.1': 'stein',
  '5.3': 'train',
  '5.11': 'ussuri',
  '5.12': 'victoria',
  '6.0': 'wallaby xena yoga',
  '6.1': 'zed',
  '6.2': 'antelope 2023.1 bobcat 2023.2',
  '6.3': 'caracal 2024.1 dalmatian 2024.2',
  '6.4': 'epoxy 2025.1 flamingo 2025.2',
  '6.5': 'gazpacho 2026.1 hibiscus 2026.2',
};

const RELEASES = new Map(
  Object.entries(BY_VERSION).flatMap(([version, names]) => names.split(' ').map((name) => [name, version])),
);

/** By the lowest service version of a cell, as without a pin. */
const AUTO = 'auto';

const NAMES = [...RELEASES.keys()].map((name) => name.replace('.', String.raw`\.`));

/** What a pin may be. */
export const PIN = {
  form: new RegExp(String.raw`^(?:\d{1,3}\.\d{1,3}|${[...NAMES, AUTO].join('|')})$`, 'u'),
  values: 'a version like 5.13, a release like antelope or 2023.1, or auto',
} as const;

/** The version that a pin stands for; null for none. */
export const pinnedVersion = (pin: string): string | null => (pin === AUTO ? null : (RELEASES.get(pin) ?? pin));
