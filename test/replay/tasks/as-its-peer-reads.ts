import { registry } from '#objects/registry';
import { compareVersions } from '#objects/versioned/version';
import type { Json, JsonMap } from '#ports/json';
import { listOf, mapOf } from '#wire/reading';
import { note } from '../normalise.ts';
import { isMap } from '../recorded-file.ts';
import { edited, without } from './edit-json.ts';

/** Types that changed since Nova 26, with their versions there. */
const IN_26 = new Map([
  ['ConsoleAuthToken', '1.1'],
  ['HyperVLiveMigrateData', '1.4'],
  ['ImageMetaProps', '1.34'],
  ['ImageMetaPropsPayload', '1.12'],
  ['Instance', '2.7'],
  ['InstanceActionPayload', '1.8'],
  ['InstanceActionRebuildPayload', '1.9'],
  ['InstanceUpdatePayload', '2.0'],
  ['LibvirtLiveMigrateData', '1.10'],
  ['Migration', '1.7'],
  ['RequestSpec', '1.14'],
  ['VMwareLiveMigrateData', '1.0'],
]);

/** What payloads, which are never lowered, hold since then. */
const LATER_IN_PAYLOADS = ['shares'];

/**
 * `lowered for 26`: ours sends objects in today's versions, and a compute of Nova 26 has them lowered
 * (object_backport_versions). Where Nova 26 was recorded sending one, ours is compared in the version of 26.
 */
export function asItsPeerReads(recorded: Json, ours: Json): Json {
  const old = oldTypes(recorded);
  return old.size === 0 ? ours : edited(ours, (map) => lowered(map, old));
}

function oldTypes(recorded: Json): ReadonlySet<string> {
  const found = new Set<string>();
  edited(recorded, (map) => {
    const { 'nova_object.name': name, 'nova_object.version': version } = map;
    if (typeof name === 'string' && IN_26.get(name) === version) found.add(name);
    return map;
  });
  return found;
}

function lowered(map: JsonMap, old: ReadonlySet<string>): JsonMap {
  const { 'nova_object.name': name, 'nova_object.version': sent } = map;
  const target = typeof name === 'string' && old.has(name) ? IN_26.get(name) : undefined;
  if (target === undefined || typeof name !== 'string' || sent === target) return map;
  note('lowered for 26');
  const later = laterThan(name, target);
  const kept: JsonMap = { ...map, 'nova_object.version': target };
  kept['nova_object.data'] = without(mapOf(map['nova_object.data']), later);
  const { 'nova_object.changes': changes } = map;
  if (changes === undefined) return kept;
  return { ...kept, 'nova_object.changes': listOf(changes).filter((field) => !later.some((each) => each === field)) };
}

function laterThan(name: string, version: string): string[] {
  const type = registry.get(name);
  if (type === undefined) return LATER_IN_PAYLOADS;
  return type.drops.flatMap(([since, names]) => (compareVersions(version, since) < 0 ? names : []));
}

/** As asItsPeerReads, for a value of a known kind. */
export function mapAsItsPeerReads(recorded: Json, ours: JsonMap): JsonMap {
  const read = asItsPeerReads(recorded, ours);
  return isMap(read) ? read : ours;
}
