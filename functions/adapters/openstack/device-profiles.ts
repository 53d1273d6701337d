import type { DeviceGroup } from '#ports/accelerators';
import type { Json } from '#ports/json';
import { listOf, mapOf, numberOf } from '#wire/reading';

/**
 * `resources:FPGA`, `resources1:FPGA`, `trait:CUSTOM_A`, `trait_x:CUSTOM_A`; the suffix says nothing within a profile.
 */
const KEY = /^(resources|trait)[a-zA-Z0-9_-]{0,64}:(.+)$/u;

/** What the groups of a device profile ask for; keys of the accelerator service's own are passed over. */
export const deviceGroups = (groups: Json | undefined): readonly DeviceGroup[] =>
  listOf(groups).map((group) => {
    const entries = Object.entries(mapOf(group)).flatMap(([key, value]) => {
      const [, kind, name = ''] = KEY.exec(key) ?? [];
      return kind === undefined ? [] : [{ kind, name, value }];
    });
    const traits = (wanted: string): string[] =>
      entries.filter(({ kind, value }) => kind === 'trait' && value === wanted).map(({ name }) => name);
    return {
      resources: Object.fromEntries(
        entries.filter(({ kind }) => kind === 'resources').map(({ name, value }) => [name, numberOf(value) ?? 0]),
      ),
      requiredTraits: traits('required'),
      forbiddenTraits: traits('forbidden'),
    };
  });
