import { describe, expect, test } from 'vitest';
import { registry } from '#objects/registry';
import type { AnyType } from '#objects/versioned/any-object';
import { histories, historyLines } from './histories.ts';

/** Fields that Nova sends to older versions although those do not know them. */
const SENT_ANYHOW: ReadonlySet<string> = new Set([
  'Aggregate.uuid',
  'NetworkRequest.pci_request_id',
  'NUMACell.mempages',
  'NUMACell.pinned_cpus',
  'NUMACell.siblings',
  'Service.compute_node',
]);

/** Fields that a line of the history adds. */
const addedBy = (type: AnyType, text: string): string[] => {
  const [, list = ''] = /\badds (.*)/u.exec(text) ?? [];
  return list.split(/[\s,;]+/u).filter((word) => type.fieldNames.includes(word));
};

describe('the history of every type', () => {
  test('is described version by version, up to the newest', () => {
    const history = histories();

    const wrong = [...registry.values()].flatMap(({ name, version }) => {
      const versions = history.get(name) ?? [];
      const gap = versions.findIndex((each, index) => each.split('.')[1] !== String(index));
      if (gap !== -1) return [`${name}: no line on the version before ${versions[gap]}`];
      return versions.at(-1) === version ? [] : [`${name}: a line on ${version} below its version`];
    });

    expect(wrong).toEqual([]);
  });

  test('says what is done when it is lowered: a field that a version adds is dropped below it', () => {
    const history = historyLines();

    const sent = [...registry.values()]
      // These say in code how they are lowered; recorded lowerings hold them to it.
      .filter(({ lower }) => lower === undefined)
      .flatMap((type) =>
        (history.get(type.name) ?? []).flatMap(({ version, text }) =>
          addedBy(type, text)
            .filter((field) => !type.drops.some(([below, names]) => below === version && names.includes(field)))
            .filter((field) => !SENT_ANYHOW.has(`${type.name}.${field}`))
            .map((field) => `${type.name}: drop ${field} below ${version}`),
        ),
      );

    expect(sent).toEqual([]);
  });
});
